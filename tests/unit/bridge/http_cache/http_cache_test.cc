// What a shared cache may keep (RFC 9111), what is kept, and the wire.
#include "bridge/http_cache/freshness.h"
#include "bridge/http_cache/wire.h"

#include <boost/test/unit_test.hpp>

using namespace depinsat::bridge::http_cache;
using namespace std::chrono_literals;
namespace http = boost::beast::http;

namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;

Keeping keeping(const Headers& headers)
{
    http::fields fields;
    for (const auto& [name, value] : headers)
        fields.insert(name, value);
    return keeping_of(fields);
}

Store::Entry entry(const std::string& body)
{
    const auto content = std::make_shared<Content>(Content{"text/plain", "", "", body, {}});
    return {content, 0s, 10s};
}

} // namespace

BOOST_AUTO_TEST_CASE(lifetimes_are_those_of_the_rfc)
{
    const std::string date = "Sun, 06 Nov 1994 08:49:37 GMT";
    const std::string later = "Sun, 06 Nov 1994 08:50:37 GMT";
    const std::pair<Headers, std::chrono::seconds> rows[] = {
        {{}, 0s},
        {{{"Cache-Control", "max-age=60"}}, 60s},
        {{{"Cache-Control", "public, MAX-AGE=60 , s-maxage=90"}}, 90s},
        {{{"Cache-Control", "public"}, {"Cache-Control", "max-age=60"}}, 60s},
        {{{"Cache-Control", "max-age=60"}, {"Age", "20"}}, 40s},
        {{{"Cache-Control", "max-age=60"}, {"Age", "90"}}, 0s},
        {{{"Cache-Control", "max-age=soon"}}, 0s},
        {{{"Cache-Control", "max-age=99999999999999999999"}}, 31'536'000s},
        {{{"Date", date}, {"Expires", later}}, 60s},
        {{{"Date", later}, {"Expires", date}}, 0s},
        {{{"Date", date}, {"Expires", "0"}}, 0s},
        {{{"Cache-Control", "max-age=5"}, {"Date", date}, {"Expires", later}}, 5s},
        {{{"Cache-Control", "no-cache, max-age=60"}}, 0s},
        {{{"Cache-Control", "x=\"a, max-age=9\", max-age=60"}}, 60s},
        {{{"Vary", "Accept-Encoding"}, {"Cache-Control", "max-age=60"}}, 60s}};
    for (const auto& [headers, fresh] : rows) {
        BOOST_TEST(keeping(headers).store);
        BOOST_TEST(keeping(headers).fresh.count() == fresh.count());
    }
    for (const Headers& headers :
         {Headers{{"Cache-Control", "no-store"}},
          Headers{{"Cache-Control", "private, max-age=9"}},
          Headers{{"Cache-Control", "private=\"x\""}}, Headers{{"Vary", "*"}},
          Headers{{"Vary", "Accept-Encoding, Accept-Language"}},
          Headers{{"Set-Cookie", "a=b"}}})
        BOOST_TEST(!keeping(headers).store);
}

BOOST_AUTO_TEST_CASE(tags_are_compared_weakly)
{
    BOOST_TEST(holds_tag("\"a\"", "\"a\""));
    BOOST_TEST(holds_tag("\"x\", W/\"a\"", "\"a\""));
    BOOST_TEST(holds_tag("*", "\"a\""));
    BOOST_TEST(!holds_tag("\"ab\"", "\"a\""));
    BOOST_TEST(!holds_tag("", "\"a\""));
}

BOOST_AUTO_TEST_CASE(the_store_keeps_to_its_bytes)
{
    Store store(10'000);
    store.put("kept", entry("k"));
    for (int i = 0; i < 50; ++i) {
        store.put("x" + std::to_string(i), entry(std::string(1000, 'x')));
        BOOST_TEST(store.bytes() <= 10'000u);
        BOOST_REQUIRE(store.find("kept"));
    }
    BOOST_TEST(!store.find("x0"));
    BOOST_TEST(store.find("x49"));
    store.put("kept", entry(std::string(20'000, 'x')));
    BOOST_TEST(!store.find("kept"));
    BOOST_TEST(entry("x").is_fresh(9s));
    BOOST_TEST(!entry("x").is_fresh(10s));
}

BOOST_AUTO_TEST_CASE(questions_and_answers_come_back_as_they_were)
{
    const Question question{ContentHash{1, 2, 3}, "docs", "/a?b=c"};
    const auto back = decode_question(encode(question)).value();
    BOOST_TEST((back.has == question.has));
    BOOST_TEST(back.service == "docs");
    BOOST_TEST(back.target == "/a?b=c");
    const Reply reply{404, true, 77, "text/html", "\"t\"", "date", "/there", {1, 2}};
    const auto told = std::get<Reply>(decode_answer_body(encode(reply)).value());
    BOOST_TEST((told.status == 404 && told.store && told.fresh_s == 77u));
    BOOST_TEST((told.type == reply.type && told.tag == reply.tag));
    BOOST_TEST((told.location == reply.location && told.packed == reply.packed));
    const auto same =
        std::get<Unchanged>(decode_answer_body(encode(Unchanged{9, "\"t\""})).value());
    BOOST_TEST((same.fresh_s == 9u && same.tag == "\"t\""));
    BOOST_TEST(std::get<Failure>(decode_answer_body(encode(Failure{503, "no"})).value()).why ==
               "no");
}

BOOST_AUTO_TEST_CASE(what_would_break_out_of_a_header_is_refused)
{
    for (const std::string target : {"a", "", "/a b", "/a\r\nX: y"})
        BOOST_TEST(!decode_question(encode(Question{{}, "docs", target})).has_value());
    BOOST_TEST(!decode_question(encode(Question{{}, "d", "/" + std::string(kMaxTarget, 'x')}))
                    .has_value());
    const std::string bad = "x\r\nSet-Cookie: a=b";
    BOOST_TEST(!decode_answer_body(encode(Unchanged{1, bad})).has_value());
    Reply typed, located;
    typed.type = located.location = bad;
    for (const Reply& reply : {typed, located})
        BOOST_TEST(!decode_answer_body(encode(reply)).has_value());
    BOOST_TEST(!decode_answer_body(encode(Failure{99, "x"})).has_value());
}

BOOST_AUTO_TEST_CASE(what_a_client_cannot_be_told_is_refused)
{
    const auto is_taken = [](uint16_t status, size_t packed) {
        Reply reply;
        reply.status = status;
        reply.packed = Bytes(packed);
        return decode_answer_body(encode(reply)).has_value();
    };
    for (const uint16_t status : {204, 304}) { // never has a body
        BOOST_TEST(is_taken(status, 1));
        BOOST_TEST(!is_taken(status, 2));
    }
    for (const uint16_t status : {0, 100, 199, 600, 999})
        BOOST_TEST(!is_taken(status, 1));
    for (const uint16_t status : {200, 204, 304, 399, 600}) // is no failure
        BOOST_TEST(!decode_answer_body(encode(Failure{status, "x"})).has_value());
    Reply reply;
    reply.location.assign(kMaxLocation + 1, 'x'); // beyond any field of a header
    BOOST_TEST(!decode_answer_body(encode(reply)).has_value());
}
