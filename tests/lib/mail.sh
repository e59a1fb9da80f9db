# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Sourced after steps.sh: a real mail server on loopback that keeps every message as a file below mail/new (OpenSMTPD; it needs root).
# mail_server: starts it; its port is in mail_port. There is one at a time on a machine, because its socket and its queue have fixed
# places: whoever comes second waits until the first story is over.
mail_server() {
	exec 9>/var/tmp/pellucid-mail.lock
	flock -w 400 9 || return
	soon not pgrep -x smtpd
	mail_port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
	install -d -o nobody -m 700 mail
	cat >smtpd.conf <<-END
		table all { "@" = nobody }
		listen on 127.0.0.1 port $mail_port hostname mail.example
		action "keep" maildir "$PL_TMP/mail" virtual <all>
		match from any for rcpt-to "never@refused.example" reject
		match from any for any action "keep"
	END
	start smtpd smtpd -d -f smtpd.conf 9>&-
	soon bash -c "exec 3<>/dev/tcp/127.0.0.1/$mail_port"
}
# The number of messages that came.
mails() { find mail -type f -path '*/new/*' | wc -l; }
mails_are() { [[ $(mails) == "$1" ]]; }
# read_mail N: header To, subject and text of the N-th message, as a mail program reads them, in mail.txt.
read_mail() {
	python3 - "$(find mail -type f -path '*/new/*' -printf '%T@ %p\n' | sort -n | sed -n "$1p" | cut -d' ' -f2)" >mail.txt <<-'END'
		import email, email.policy, sys
		m = email.message_from_binary_file(open(sys.argv[1], "rb"), policy=email.policy.default)
		print("To:", m["To"])
		print("Subject:", m["Subject"])
		print()
		print(m.get_content())
	END
}
