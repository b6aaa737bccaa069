#include "bridge/ethereum/json_rpc.h"

#include <boost/test/unit_test.hpp>

#include <random>

using namespace depinsat::bridge::ethereum;

namespace {

Call call_of(const std::string& body)
{
    const Requests requests = parse_requests(body);
    BOOST_REQUIRE(!requests.batch);
    BOOST_REQUIRE(requests.items.size() == 1u);
    const auto* call = std::get_if<Call>(&requests.items[0]);
    BOOST_REQUIRE(call);
    return *call;
}

/// Code and id of the one error that the body gets.
std::pair<int, Json> error_of(const std::string& body)
{
    const Requests requests = parse_requests(body);
    BOOST_REQUIRE(requests.items.size() == 1u);
    BOOST_TEST(!requests.batch);
    const auto* error = std::get_if<std::string>(&requests.items[0]);
    if (!error)
        return {0, nullptr};
    const Json json = Json::parse(*error);
    BOOST_TEST(json["jsonrpc"] == "2.0");
    return {json["error"]["code"].get<int>(), json["id"]};
}

std::string nested(size_t depth)
{
    return R"({"jsonrpc":"2.0","id":1,"method":"x","params":)" + std::string(depth, '[') +
           std::string(depth, ']') + '}';
}

} // namespace

BOOST_AUTO_TEST_CASE(a_request_becomes_a_call_without_version_and_id)
{
    const Call call = call_of(
        R"( {"id": 7, "params": [{"b":1,"a":2}], "jsonrpc": "2.0", "method": "eth_call"})");
    BOOST_TEST(call.id == 7);
    BOOST_TEST(!call.notification);
    BOOST_TEST(call.method == "eth_call");
    BOOST_TEST(call.text == R"({"method":"eth_call","params":[{"b":1,"a":2}]})");
    BOOST_TEST(is_call(call.text));
    BOOST_TEST(upstream_request(call.text, false) ==
               R"({"jsonrpc":"2.0","id":1,"method":"eth_call","params":[{"b":1,"a":2}]})");
    BOOST_TEST(upstream_request(call.text, true) ==
               R"({"jsonrpc":"2.0","method":"eth_call","params":[{"b":1,"a":2}]})");
}

BOOST_AUTO_TEST_CASE(a_request_without_id_is_a_notification_and_null_is_an_id)
{
    BOOST_TEST(call_of(R"({"jsonrpc":"2.0","method":"x"})").notification);
    const Call call = call_of(R"({"jsonrpc":"2.0","method":"x","id":null})");
    BOOST_TEST(!call.notification);
    BOOST_TEST(response(call.id, R"({"result":1})") ==
               R"({"jsonrpc":"2.0","id":null,"result":1})");
}

BOOST_AUTO_TEST_CASE(ids_are_echoed_as_they_are)
{
    for (const std::string id :
         {"0", "-5", "18446744073709551615", "1.5", R"("a\"b")", R"("")"}) {
        const Call call = call_of(R"({"jsonrpc":"2.0","method":"x","id":)" + id + '}');
        BOOST_TEST(response(call.id, R"({"result":1})") ==
                   R"({"jsonrpc":"2.0","id":)" + id + R"(,"result":1})");
    }
}

BOOST_AUTO_TEST_CASE(what_is_not_json_is_a_parse_error)
{
    for (const std::string body : {"", " ", "{", "[", "nonsense", "{}x", "{\"a\":\"\xff\"}",
                                   "1e999", R"({"jsonrpc":"2.0",})", "\xef\xbb"})
        BOOST_TEST((error_of(body) == std::pair(-32700, Json(nullptr))), body);
}

BOOST_AUTO_TEST_CASE(what_is_json_and_no_request_is_invalid)
{
    for (const std::string body :
         {"1", "null", "\"x\"", "[]", "{}", R"({"jsonrpc":"2.0"})", R"({"method":"x"})",
          R"({"jsonrpc":2.0,"method":"x"})", R"({"jsonrpc":"2.0","method":1})",
          R"({"jsonrpc":"2.0","method":"x","params":1})",
          R"({"jsonrpc":"2.0","method":"x","id":[]})",
          R"({"jsonrpc":"2.0","method":"x","id":true})"})
        BOOST_TEST((error_of(body) == std::pair(-32600, Json(nullptr))), body);
    BOOST_TEST((error_of(R"({"id":"a","method":"x"})") == std::pair(-32600, Json("a"))));
}

BOOST_AUTO_TEST_CASE(depth_is_bounded)
{
    BOOST_TEST(error_of(nested(kMaxDepth - 1)).first == 0);
    BOOST_TEST(error_of(nested(kMaxDepth)).first == -32600);
    BOOST_TEST(error_of(std::string(kMaxBodyBytes, '[')).first == -32600);
    BOOST_TEST(error_of(R"({"jsonrpc":"2.0","id":1,"method":")" + std::string(100, '[') + "\"}")
                   .first == 0);
    BOOST_TEST(
        !is_result(R"({"result":)" + std::string(100, '[') + std::string(100, ']') + '}'));
}

BOOST_AUTO_TEST_CASE(a_batch_keeps_its_order)
{
    const Requests requests = parse_requests(
        R"([{"jsonrpc":"2.0","id":1,"method":"a"}, 5, {"jsonrpc":"2.0","method":"b"}])");
    BOOST_TEST(requests.batch);
    BOOST_REQUIRE(requests.items.size() == 3u);
    BOOST_TEST(std::get<Call>(requests.items[0]).method == "a");
    BOOST_TEST(std::holds_alternative<std::string>(requests.items[1]));
    BOOST_TEST(std::get<Call>(requests.items[2]).notification);
}

BOOST_AUTO_TEST_CASE(a_batch_is_bounded)
{
    std::string one = R"({"jsonrpc":"2.0","id":1,"method":"a"})", all = "[" + one;
    for (size_t i = 1; i < kMaxBatch; ++i)
        all += ',' + one;
    BOOST_TEST(parse_requests(all + ']').items.size() == kMaxBatch);
    BOOST_TEST(error_of(all + ',' + one + ']').first == -32600);
}

BOOST_AUTO_TEST_CASE(responses_of_a_batch_are_one_list)
{
    BOOST_TEST(batch_response({"{1}", "", "{2}"}) == "[{1},{2}]");
    BOOST_TEST(batch_response({"", ""}) == "");
    BOOST_TEST(batch_response({}) == "");
}

BOOST_AUTO_TEST_CASE(errors_have_code_and_message)
{
    BOOST_TEST(error_result(kLinkDown, "a \"b\"") ==
               R"({"error":{"code":-32050,"message":"a \"b\""}})");
    BOOST_TEST(is_result(error_result(kLinkDown, "\xff")));
}

BOOST_AUTO_TEST_CASE(the_result_is_taken_from_the_response_of_the_node)
{
    BOOST_TEST(*result_of(R"({"jsonrpc":"2.0","id":1,"result":{"b":1,"a":null}})") ==
               R"({"result":{"b":1,"a":null}})");
    BOOST_TEST(*result_of(R"({"id":1,"result":null})") == R"({"result":null})");
    BOOST_TEST(*result_of(R"({"id":1,"error":{"code":-32601,"message":"m","data":"0x"}})") ==
               R"({"error":{"code":-32601,"message":"m","data":"0x"}})");
    BOOST_TEST(*result_of(R"({"id":1,"error":null,"result":5})") == R"({"result":5})");
    for (const std::string bad : {"", "<html>", "[]", "{}", R"({"error":"x"})"})
        BOOST_TEST(!result_of(bad).has_value(), bad);
}

BOOST_AUTO_TEST_CASE(calls_and_results_of_the_far_end_are_checked)
{
    for (const std::string bad : {"", "[]", "{}", " {\"method\":\"x\"}", R"({"method":1})",
                                  R"({"method":"x","params":1})", R"({"method":"x","id":1})",
                                  R"({"method":"x","params":[],"id":1})", "{\"method\":\"x\""})
        BOOST_TEST(!is_call(bad), bad);
    for (const std::string bad : {"", "[]", "{}", R"({"result":1,"id":2})", R"({"error":1})",
                                  R"({"result":1)", R"( {"result":1})"})
        BOOST_TEST(!is_result(bad), bad);
}

BOOST_AUTO_TEST_CASE(mutated_bodies_do_no_harm)
{
    const std::string good =
        R"([{"jsonrpc":"2.0","id":"x","method":"eth_call","params":[{"a":[1.5e3]}]},)"
        R"({"jsonrpc":"2.0","method":"b","params":{"\u00e4":null}}])";
    std::mt19937 random(3);
    for (int round = 0; round < 20000; ++round) {
        std::string body = good;
        for (unsigned changes = 1 + random() % 5; changes > 0; --changes)
            body[random() % body.size()] = char(random());
        const Requests requests = parse_requests(body);
        BOOST_TEST_REQUIRE(!requests.items.empty());
        for (const Item& item : requests.items)
            if (const auto* call = std::get_if<Call>(&item))
                BOOST_TEST_REQUIRE(is_call(call->text), "seed 3, round " << round);
            else
                BOOST_TEST_REQUIRE(Json::accept(std::get<std::string>(item)));
        is_result(body);
        result_of(body);
    }
}
