# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Sourced after steps.sh: a real scanner (clamd of ClamAV) with a database of our own, which holds two signatures: the EICAR test file,
# and a marker string. No network.
# scanner: starts it on the socket $PL_TMP/clamd.sock; $marker is what it finds, and eicar.com a file with the test string.
marker=PELLUCID-TEST-MARKER-7d1c
scanner() {
	local text='X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR' # in two parts, so that no scanner stops at this file
	text+='-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'
	mkdir -p clamdb clamtmp
	printf '%s' "$text" >eicar.com
	printf 'Pellucid.Eicar:0:*:%s\n' "$(od -An -v -tx1 eicar.com | tr -d ' \n')" >clamdb/own.ndb
	printf 'Pellucid.Marker:0:*:%s\n' "$(printf '%s' "$marker" | od -An -v -tx1 | tr -d ' \n')" >>clamdb/own.ndb
	cat >clamd.conf <<-END
		DatabaseDirectory $PL_TMP/clamdb
		TemporaryDirectory $PL_TMP/clamtmp
		LocalSocket $PL_TMP/clamd.sock
		Foreground yes
		MaxThreads 2
		StreamMaxLength 1M
		SelfCheck 0
		ConcurrentDatabaseReload no
	END
	rm -f clamd.sock
	start clamd clamd -c clamd.conf
	soon test -S clamd.sock
	soon scanner_answers
}
scanner_answers() { [[ $(python3 -c 'import socket, sys
s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); s.sendall(b"zPING\0"); print(s.recv(9).rstrip(b"\0").decode())' "$PL_TMP/clamd.sock") == PONG ]]; }
