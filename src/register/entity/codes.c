/* SPDX-License-Identifier: Apache-2.0 */
#include "register/entity/codes.h"

/* Each code with a space behind it, in the order of the alphabet. */
static const char countries[] =
	"AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY "
	"BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK "
	"FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR "
	"IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK "
	"ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM "
	"PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF "
	"TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW ";

/* By the number of decimals of the minor unit. */
static const char money_0[] =
	"BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF ";
static const char money_2[] =
	"AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY "
	"COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS "
	"INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR "
	"MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD "
	"SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VES WST XCD YER ZAR ZMW ZWL ";
static const char money_3[] =
	"BHD IQD JOD KWD LYD OMR TND ";

static bool capitals(pl_str s, size_t len)
{
	if (s.len != len)
		return false;
	for (size_t i = 0; i < len; i++)
		if (s.ptr[i] < 'A' || s.ptr[i] > 'Z')
			return false;
	return true;
}

static bool listed(const char *list, pl_str code)
{
	for (; *list; list += code.len + 1)
		if (memcmp(list, code.ptr, code.len) == 0)
			return true;
	return false;
}

bool pl_country_ok(pl_str code)
{
	return capitals(code, 2) && listed(countries, code);
}

pl_status pl_currency_parse(pl_str code, struct pl_currency *ret)
{
	static const struct {
		const char *list;
		uint8_t digits;
	} lists[] = {{money_2, 2}, {money_0, 0}, {money_3, 3}};

	if (!capitals(code, 3))
		return PL_E_NOTFOUND;
	for (size_t i = 0; i < PL_COUNT(lists); i++)
		if (listed(lists[i].list, code)) {
			*ret = (struct pl_currency){.digits = lists[i].digits};
			memcpy(ret->code, code.ptr, 3);
			return PL_OK;
		}
	return PL_E_NOTFOUND;
}

/* ---- amounts ---- */

static int64_t scale(struct pl_currency c)
{
	return c.digits == 0 ? 1 : c.digits == 2 ? 100 : 1000;
}

static pl_status fraction(pl_str s, unsigned digits, uint64_t *ret)
{
	uint64_t n = 0;

	if (s.len != digits)
		return PL_E_SYNTAX;
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] < '0' || s.ptr[i] > '9')
			return PL_E_SYNTAX;
		n = n * 10 + (uint64_t)(s.ptr[i] - '0');
	}
	*ret = n;
	return PL_OK;
}

static pl_status spelling(struct pl_currency c, struct pl_diag *diag)
{
	return pl_diag_set(diag, PL_E_SYNTAX, "expected an amount of %s with %u decimals, like %s", c.code, c.digits,
		c.digits == 0 ? "-1234" : c.digits == 2 ? "-1234.50" : "-1234.500");
}

pl_status pl_money_parse(pl_str text, struct pl_currency currency, int64_t *ret, struct pl_diag *diag)
{
	bool negative = pl_str_eat(&text, PL_STR("-"));
	uint64_t whole, part = 0;
	pl_str before = text;
	pl_status st = PL_OK;

	if (currency.digits && !pl_str_take_until(&text, '.', &before))
		return spelling(currency, diag);
	if (currency.digits)
		st = fraction(text, currency.digits, &part);
	if (!st)
		st = pl_str_to_u64(before, (uint64_t)PL_MONEY_MAX, &whole);
	if (st == PL_E_SYNTAX)
		return spelling(currency, diag);
	if (!st && (__builtin_mul_overflow(whole, (uint64_t)scale(currency), &whole) ||
		__builtin_add_overflow(whole, part, &whole) || whole >= (uint64_t)PL_MONEY_MAX))
		st = PL_E_RANGE;
	if (st)
		return pl_diag_set(diag, PL_E_RANGE, "an amount is smaller than 10^13 minor units");
	if (negative && !whole)
		return spelling(currency, diag);
	*ret = negative ? -(int64_t)whole : (int64_t)whole;
	return PL_OK;
}

void pl_money_put(struct pl_buf *out, int64_t amount, struct pl_currency currency)
{
	uint64_t n = amount < 0 ? 0 - (uint64_t)amount : (uint64_t)amount, unit = (uint64_t)scale(currency);

	pl_buf_printf(out, "%s%llu", amount < 0 ? "-" : "", (unsigned long long)(n / unit));
	if (currency.digits)
		pl_buf_printf(out, ".%0*llu", (int)currency.digits, (unsigned long long)(n % unit));
	pl_buf_printf(out, " %s", currency.code);
}
