// What a cache asks of a web server, and what it makes of the answer.
#include "bridge/http_cache/edge.h"
#include "bridge/http_cache/fetch.h"

#include <boost/test/unit_test.hpp>

using namespace depinsat;
using namespace depinsat::bridge;
using namespace depinsat::bridge::http_cache;
using namespace std::chrono_literals;
namespace http = boost::beast::http;

namespace {

HttpResult answer(unsigned status,
                  const std::vector<std::pair<std::string, std::string>>& headers = {})
{
    HttpResult result{HttpResult::Fault::kNone, status, "body", {}, {}};
    for (const auto& [name, value] : headers)
        result.headers.insert(name, value);
    return result;
}

Store::Entry known(const std::string& tag, const std::string& modified)
{
    return {std::make_shared<Content>(Content{"text/plain", tag, modified, "old", {}}), 0s, 5s};
}

Fetched fetched(const HttpResult& result, const Store::Entry* entry)
{
    return std::get<Fetched>(read_fetched(result, entry, 100s));
}

} // namespace

BOOST_AUTO_TEST_CASE(what_is_known_is_only_asked_for_if_it_changed)
{
    const auto plain = fetch_of("/a?b", nullptr, 3s);
    BOOST_TEST((plain.method == http::verb::get));
    BOOST_TEST(plain.target == "/a?b");
    BOOST_TEST(plain.idempotent);
    BOOST_TEST(plain.headers.empty());
    const auto tagged = known("\"t\"", "yesterday"), dated = known("", "yesterday");
    BOOST_TEST(fetch_of("/a", &tagged, 3s).headers[0].first == "If-None-Match");
    BOOST_TEST(fetch_of("/a", &tagged, 3s).headers[0].second == "\"t\"");
    BOOST_TEST(fetch_of("/a", &dated, 3s).headers[0].first == "If-Modified-Since");
}

BOOST_AUTO_TEST_CASE(an_answer_says_whether_and_for_how_long_it_may_be_kept)
{
    const auto kept =
        fetched(answer(200, {{"Cache-Control", "max-age=60"}, {"ETag", "x"}}), nullptr);
    BOOST_TEST(kept.store);
    BOOST_TEST((kept.entry.fresh_until == 160s));
    BOOST_TEST(kept.entry.content->body == "body");
    BOOST_TEST(kept.entry.content->tag == "x");
    BOOST_TEST((kept.entry.content->hash == hash_of("body")));
    BOOST_TEST(!fetched(answer(200, {{"Cache-Control", "no-store"}}), nullptr).store);
    const auto moved = fetched(answer(302, {{"Location", "/there"}}), nullptr);
    BOOST_TEST(!moved.store);
    BOOST_TEST(moved.status == 302u);
    BOOST_TEST(moved.location == "/there");
}

BOOST_AUTO_TEST_CASE(what_is_unchanged_is_fresh_again)
{
    const auto entry = known("\"t\"", "");
    const auto again = fetched(answer(304, {{"Cache-Control", "max-age=60"}}), &entry);
    BOOST_TEST(again.status == 200u);
    BOOST_TEST(again.store);
    BOOST_TEST(again.entry.content->body == "old");
    BOOST_TEST((again.entry.fresh_until == 160s));
    BOOST_TEST((std::holds_alternative<std::string>(read_fetched(answer(304), nullptr, 0s))));
}

BOOST_AUTO_TEST_CASE(headers_that_no_message_holds_are_no_answer)
{
    const std::string longest(255, 't');
    BOOST_TEST(fetched(answer(200, {{"ETag", longest}}), nullptr).entry.content->tag.size() ==
               255u);
    BOOST_TEST((std::holds_alternative<std::string>(
        read_fetched(answer(200, {{"ETag", longest + "t"}}), nullptr, 0s))));
}

BOOST_AUTO_TEST_CASE(a_server_is_judged_by_the_head_of_its_page)
{
    const auto rules = checks();
    BOOST_TEST((rules.probe({}).method == http::verb::head));
    for (const auto& [status, good] :
         {std::pair(200u, true), {301u, true}, {404u, true}, {500u, false}, {503u, false}})
        BOOST_TEST(rules.is_good({}, answer(status)) == good, status);
    for (const auto& [status, own] :
         {std::pair(200u, true), {404u, true}, {500u, true}, {502u, false}, {504u, false}})
        BOOST_TEST(rules.is_answer(answer(status)) == own, status);
}
