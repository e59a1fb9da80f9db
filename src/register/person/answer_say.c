/* SPDX-License-Identifier: Apache-2.0 */
/* What stands in README.txt. */
#include "register/person/answer.h"

static const char *const english[PL_ANSWER_KINDS] = {
	[PL_ANSWER_COPY] =
		"This archive holds what we have stored about you.\n"
		"\n"
		"where.json      what we hold at all: stores, classes, fields, place, legal entity, months of retention,\n"
		"                and how many rows of it are about you\n"
		"data/           one folder a store; each table three times: .json (exact), .csv (for spreadsheets; a value\n"
		"                that is missing and one that is empty look alike there), .schema.json (JSON Schema 2020-12)\n",
	[PL_ANSWER_ERASURE] =
		"This archive certifies what was erased.\n"
		"\n"
		"certificate.txt   in words\n"
		"certificate.json  the same for programs: what was destroyed, which keys, what was kept and why, and when the\n"
		"                  last backup with it expires\n"
		"leaves.json       where the public registers say that it was erased; a proof where one could be given by then\n",
	[PL_ANSWER_EXPERTISE] =
		"This archive holds technical expertise: indicators and analysis, and no data of users.\n"
		"\n"
		"findings.json   what was looked at before it was given, and who cleared it\n"
		"files/          the expertise itself\n",
};
static const char english_end[] =
	"\n"
	"manifest.json names every file by its SHA-256; manifest.dsse.json is the signature over it, proof.txt shows which\n"
	"keys may sign. Check all of it with the trust file of this log, from a source that you trust:\n"
	"\n"
	"    pellucid person check --trust TRUST ARCHIVE\n";

static const char *const german[PL_ANSWER_KINDS] = {
	[PL_ANSWER_COPY] =
		"Dieses Archiv enthält, was wir über Sie gespeichert haben.\n"
		"\n"
		"where.json      was wir überhaupt speichern: Speicher, Klassen, Felder, Ort, Rechtsträger, Aufbewahrung in\n"
		"                Monaten, und wie viele Zeilen davon Sie betreffen\n"
		"data/           ein Ordner je Speicher; jede Tabelle dreifach: .json (genau), .csv (für Tabellenprogramme; ein\n"
		"                fehlender und ein leerer Wert sehen dort gleich aus), .schema.json (JSON Schema 2020-12)\n",
	[PL_ANSWER_ERASURE] =
		"Dieses Archiv bescheinigt, was gelöscht wurde.\n"
		"\n"
		"certificate.txt   in Worten\n"
		"certificate.json  dasselbe für Programme: was vernichtet wurde, welche Schlüssel, was behalten wurde und warum,\n"
		"                  und wann die letzte Sicherung davon abläuft\n"
		"leaves.json       wo die öffentlichen Register die Löschung nennen; mit Beweis, soweit es ihn schon gab\n",
	[PL_ANSWER_EXPERTISE] =
		"Dieses Archiv enthält technische Expertise: Indikatoren und Analyse, und keine Daten von Nutzern.\n"
		"\n"
		"findings.json   was vor der Herausgabe geprüft wurde, und wer es freigegeben hat\n"
		"files/          die Expertise selbst\n",
};
static const char german_end[] =
	"\n"
	"manifest.json nennt jede Datei mit ihrem SHA-256; manifest.dsse.json ist die Unterschrift darüber, proof.txt zeigt,\n"
	"welche Schlüssel unterschreiben dürfen. Alles prüfen Sie mit der Vertrauensdatei dieses Logs, aus einer Quelle, der\n"
	"Sie trauen:\n"
	"\n"
	"    pellucid person check --trust TRUST ARCHIV\n";

void pl_answer_readme(enum pl_answer_kind kind, pl_str language, struct pl_buf *out)
{
	bool de = pl_str_eq(language, PL_STR("de"));

	pl_buf_put_z(out, de ? german[kind] : english[kind]);
	pl_buf_put_z(out, de ? german_end : english_end);
}
