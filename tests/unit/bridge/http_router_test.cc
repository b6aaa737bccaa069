#include "bridge/http_router.h"

#include <boost/test/unit_test.hpp>

using namespace depinsat::bridge;
namespace http = boost::beast::http;

namespace {

/// Status and body that a router gives.
std::string asked(const HttpRouter& router, http::verb method, const std::string& target)
{
    std::string answer = "nothing";
    router.route(HttpRequest(method, target, 11), [&](const HttpReply& reply) {
        answer = std::to_string(unsigned(reply.status)) + ' ' + reply.body;
    });
    return answer;
}

} // namespace

BOOST_AUTO_TEST_CASE(targets_are_taken_apart)
{
    const auto target = parse_target("/a%20b/c?id=1&id=0x2%26&flag&=");
    BOOST_REQUIRE(target);
    BOOST_TEST(target->path == "/a b/c");
    BOOST_TEST(target->query.size() == 4u);
    BOOST_TEST(target->value("id").value() == "1");
    BOOST_TEST(target->query[1].second == "0x2&");
    BOOST_TEST(target->value("flag").value() == "");
    BOOST_TEST(!target->value("other"));
    BOOST_TEST(parse_target("/?")->query.empty());
    for (const auto bad : {"", "a", "*", "/%", "/%4", "/%4g", "/?a=%x1", "http://h/"})
        BOOST_TEST(!parse_target(bad).has_value(), "accepted " << bad);
}

BOOST_AUTO_TEST_CASE(requests_go_by_method_and_path)
{
    HttpRouter router;
    router.add(http::verb::get, "/eth/{version}/x/{id}",
               [](const auto&, const HttpRouter::Match& match, const Respond& respond) {
                   respond({http::status::ok, match.names.at("version") + ',' +
                                                  match.names.at("id") + ',' +
                                                  match.target.value("q").value_or("-")});
               });
    router.add(http::verb::post, "/", [](const auto&, const auto&, const Respond& respond) {
        respond({http::status::ok, "post"});
    });
    BOOST_TEST(asked(router, http::verb::get, "/eth/v1/x/5?q=7") == "200 v1,5,7");
    BOOST_TEST(asked(router, http::verb::get, "/eth/v1/x/a%2Fb") == "404 ");
    BOOST_TEST(asked(router, http::verb::get, "/eth/v1/x") == "404 ");
    BOOST_TEST(asked(router, http::verb::post, "/") == "200 post");
    BOOST_TEST(asked(router, http::verb::get, "/") == "405 ");
    BOOST_TEST(asked(router, http::verb::get, "/%") == "400 ");
}
