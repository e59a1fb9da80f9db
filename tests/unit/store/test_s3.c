/* SPDX-License-Identifier: Apache-2.0 */
/* store/s3_*: addresses, signatures (the examples of the S3 reference, "Signature Calculations: Examples"), answers. */
#include "store_test.h"
#include "base/time.h"
#include "store/s3_sign.h"
#include "store/s3_url.h"
#include "store/s3_xml.h"

#define EMPTY "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define HOST "host:examplebucket.s3.amazonaws.com"
#define DATE "x-amz-date:20130524T000000Z"

/* One level more than is read. */
static const char deep[] = "<a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a>"
			   "</a></a></a></a></a></a></a></a></a></a></a></a></a></a></a></a></a>";

struct example {
	const char *method, *path, *query, *headers[6], *sha256, *signature;
};

static const struct example examples[] = {
	{"GET", "/test.txt", "", {HOST, "range:bytes=0-9", "x-amz-content-sha256:" EMPTY, DATE}, EMPTY,
		"f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"},
	{"PUT", "/test%24file.text", "",
		{"date:Fri, 24 May 2013 00:00:00 GMT", HOST,
			"x-amz-content-sha256:44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072", DATE,
			"x-amz-storage-class:REDUCED_REDUNDANCY"},
		"44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
		"98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"},
	{"GET", "/", "lifecycle=", {HOST, "x-amz-content-sha256:" EMPTY, DATE}, EMPTY,
		"fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"},
	{"GET", "/", "max-keys=2&prefix=J", {HOST, "x-amz-content-sha256:" EMPTY, DATE}, EMPTY,
		"34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"},
};

static void signs_the_published_examples(void **state)
{
	for (size_t i = 0; i < PL_COUNT(examples); i++) {
		const struct example *e = &examples[i];
		struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(2048);
		struct pl_s3_sign s = {.method = e->method,
			.path = pl_str_from(e->path),
			.query = pl_str_from(e->query),
			.headers = e->headers,
			.payload_sha256 = pl_str_from(e->sha256),
			.region = PL_STR("us-east-1"),
			.key = PL_STR("AKIAIOSFODNN7EXAMPLE"),
			.secret = PL_STR("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")};
		uint64_t t;

		assert_ok(pl_time_parse(PL_STR("2013-05-24T00:00:00Z"), &t));
		pl_s3_sign_time(t, s.time);
		assert_string_equal(s.time, "20130524T000000Z");
		while (e->headers[s.header_count])
			s.header_count++;
		pl_s3_sign_write(&s, &out);
		assert_true(pl_str_ends(pl_buf_str(&out), pl_str_from(e->signature)));
		assert_true(pl_str_starts(pl_buf_str(&out),
			PL_STR("AWS4-HMAC-SHA256 "
			       "Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=")));
	}
}

static void reads_addresses(void **state)
{
	static const struct {
		const char *text, *scheme, *host, *bucket, *prefix, *region;
	} good[] = {
		{"http://127.0.0.1:8080/abc", "http", "127.0.0.1:8080", "abc", "", "us-east-1"},
		{"https://s3.example.org/a-b.c/x/y_z?region=eu-1", "https", "s3.example.org", "a-b.c", "x/y_z", "eu-1"},
		{"http://[::1]:80/abc", "http", "[::1]:80", "abc", "", "us-east-1"},
		{"http://[::1]/abc", "http", "[::1]", "abc", "", "us-east-1"},
	};

	for (size_t i = 0; i < PL_COUNT(good); i++) {
		struct pl_s3_url u;

		assert_ok(pl_s3_url_parse(pl_str_from(good[i].text), &u, NULL));
		assert_true(pl_str_eq(u.scheme, pl_str_from(good[i].scheme)));
		assert_true(pl_str_eq(u.host, pl_str_from(good[i].host)));
		assert_true(pl_str_eq(u.bucket, pl_str_from(good[i].bucket)));
		assert_true(pl_str_eq(u.prefix, pl_str_from(good[i].prefix)));
		assert_true(pl_str_eq(u.region, pl_str_from(good[i].region)));
	}
}

static void refuses_addresses(void **state)
{
	static const char *const bad[] = {"", "http://", "http://h", "http://h/", "http://h/ab", "http:///abc",
		"ftp://h/abc", "http://key:secret@h/abc", "http://h:0/abc", "http://h:99999/abc", "http://h:x/abc",
		"http://h/Abc", "http://h/a..b", "http://h/-ab", "http://h/ab-", "http://h/abc/", "http://h/abc//x",
		"http://h/abc/../x", "http://h/abc/%41", "http://h/abc?x=y",
		"http://h/abc?region=", "http://h/abc?region=a&b=c", "http://h/abc#f", "http://[::1/abc",
		"http://[]/abc", "http://[::1]x/abc", "http://h h/abc", "http://h\n/abc", "http://h/a\nc"};

	for (size_t i = 0; i < PL_COUNT(bad); i++) {
		struct pl_s3_url u = {.region = PL_STR("untouched")};
		struct pl_diag diag = {0};

		assert_int_equal(pl_s3_url_parse(pl_str_from(bad[i]), &u, &diag), PL_E_SYNTAX);
		assert_true(pl_str_eq(u.region, PL_STR("untouched")));
		assert_true(diag.text[0]);
		assert_null(strstr(diag.text, "secret"));
	}
}

struct items {
	char text[512];
	size_t len;
};

static pl_status write_item(void *ctx, const struct pl_s3_item *item)
{
	struct items *o = ctx;

	o->len += (size_t)snprintf(o->text + o->len, sizeof o->text - o->len, "%.*s|%.*s|%.*s|%d;",
		PL_STR_ARG(item->key), PL_STR_ARG(item->upload_id), PL_STR_ARG(item->time), (int)item->size);
	return PL_OK;
}

static void reads_lists(void **state)
{
	static const char objects[] =
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?><ListBucketResult "
		"xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
		"<Name>b</Name><IsTruncated>true</IsTruncated><NextContinuationToken>a&amp;b</"
		"NextContinuationToken><Empty/>"
		"<Contents><Key>x/&lt;y&gt;&#65;&#x20ac;</Key><LastModified>2026-11-22T00:00:00.000Z</LastModified>"
		"<ETag>&quot;e&quot;</ETag><Size>12</Size><Owner><ID>Key</ID></Owner></Contents> <!-- a comment -->"
		"<Contents><Key>z</Key><Size>0</Size></Contents><CommonPrefixes><Prefix>p</Prefix></CommonPrefixes>"
		"</ListBucketResult>\n";
	static const char uploads[] =
		"<ListMultipartUploadsResult><NextKeyMarker>k</NextKeyMarker><NextUploadIdMarker>u</NextUploadIdMarker>"
		"<IsTruncated>false</IsTruncated><Upload><Key>k</Key><UploadId>2~u</UploadId><Initiator><ID>i</ID></"
		"Initiator>"
		"<Initiated>t</Initiated></Upload></ListMultipartUploadsResult>";
	struct items o = {.len = 0};
	struct pl_s3_page page;

	assert_ok(pl_s3_page_parse(pl_str_from(objects), write_item, &o, &page));
	assert_string_equal(o.text, "x/<y>A\xe2\x82\xac||2026-11-22T00:00:00.000Z|12;z|||0;");
	assert_true(page.truncated);
	assert_string_equal(page.token, "a&b");
	o.len = 0;
	assert_ok(pl_s3_page_parse(pl_str_from(uploads), write_item, &o, &page));
	assert_string_equal(o.text, "k|2~u|t|0;");
	assert_false(page.truncated);
	assert_string_equal(page.token2, "u");
}

static void refuses_broken_answers(void **state)
{
	static const char *const bad[] = {"", " ", "text", "<a>", "</a>", "<a></b>", "<a/><b/>", "<a/>text", "text<a/>",
		"<!DOCTYPE a><a/>", "<?pi?><a/>", "<a>&nbsp;</a>", "<a>&amp</a>", "<a>&#0;</a>", "<a>&#xd800;</a>",
		"<a>&#x110000;</a>", "<a>&#99999999999;</a>", "<a>&#x;</a>", "<a><![CDATA[x]]></a>", "<a>x<b/></a>",
		"<a><b/>x</a>", "<a><!-- </a>", "<1a/>", "<a", "<>", "< a/>", "<?xml version='1.0'><a/>", "<a>\xff</a>",
		deep, "<Other/>", "<ListBucketResult><IsTruncated>maybe</IsTruncated></ListBucketResult>",
		"<ListBucketResult><Contents><Size>1</Size></Contents></ListBucketResult>",
		"<ListBucketResult><Contents><Key>k</Key><Size>-1</Size></Contents></ListBucketResult>"};

	for (size_t i = 0; i < PL_COUNT(bad); i++) {
		struct items o = {.len = 0};
		struct pl_s3_page page = {.token = "untouched"};

		if (pl_s3_page_parse(pl_str_from(bad[i]), write_item, &o, &page) != PL_E_SYNTAX)
			fail_msg("taken: %s", bad[i]);
		assert_string_equal(page.token, "untouched");
	}
}

static void finds_one_value(void **state)
{
	static const char xml[] = "<Error><Code>NoSuchKey</Code><Code>Second</Code></Error>";
	char out[16] = "before", small[4] = "abc";

	assert_ok(pl_s3_xml_find(pl_str_from(xml), PL_STR("Code"), out, sizeof out));
	assert_string_equal(out, "NoSuchKey");
	assert_int_equal(pl_s3_xml_find(pl_str_from(xml), PL_STR("Codex"), out, sizeof out), PL_E_NOTFOUND);
	assert_string_equal(out, "");
	assert_int_equal(pl_s3_xml_find(pl_str_from(xml), PL_STR("Code"), small, sizeof small), PL_E_TOOBIG);
	assert_string_equal(small, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(signs_the_published_examples),
		cmocka_unit_test(reads_addresses),
		cmocka_unit_test(refuses_addresses),
		cmocka_unit_test(reads_lists),
		cmocka_unit_test(refuses_broken_answers),
		cmocka_unit_test(finds_one_value),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
