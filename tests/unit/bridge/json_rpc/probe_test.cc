// Which nodes of a service count as good.
#include "bridge/json_rpc/probe.h"
#include "bridge/json_rpc/text.h"

#include <boost/test/unit_test.hpp>

using namespace depinsat;
using namespace depinsat::bridge;
using namespace depinsat::bridge::json_rpc;

namespace {

bool is_good(const std::string& method, unsigned status, const std::string& body)
{
    config::Upstream node;
    node.probe_method = method;
    return checks().is_good(node, {HttpResult::Fault::kNone, status, body, {}, {}});
}

const std::string kResult = R"({"jsonrpc":"2.0","id":1,"result":{"peers":3}})";
const std::string kError =
    R"({"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"Method not found"}})";

} // namespace

BOOST_AUTO_TEST_CASE(where_no_method_is_named_any_answer_of_json_rpc_is_good)
{
    BOOST_TEST(is_good("", 200, kResult));
    BOOST_TEST(is_good("", 200, kError));
    BOOST_TEST(is_good("", 404, kError)); // as Bitcoin Core has it
    BOOST_TEST(!is_good("", 503, kError));
    BOOST_TEST(!is_good("", 200, "<html>log in here</html>"));
    BOOST_TEST(!is_good("", 200, ""));
    BOOST_TEST(!is_good("", 200, R"({"jsonrpc":"2.0","id":1})"));
}

BOOST_AUTO_TEST_CASE(a_method_that_is_named_must_give_a_result)
{
    BOOST_TEST(is_good("system_health", 200, kResult));
    BOOST_TEST(!is_good("system_health", 200, kError));
    config::Upstream node;
    node.probe_method = "system_health";
    const auto sent = Json::parse(checks().probe(node).body);
    BOOST_TEST(sent["method"] == "system_health");
    BOOST_TEST(sent["params"].empty());
    BOOST_TEST(sent.contains("id"));
}

BOOST_AUTO_TEST_CASE(a_node_may_give_its_errors_with_any_status)
{
    const auto answers = [](unsigned status, const std::string& body) {
        return is_answer({HttpResult::Fault::kNone, status, body, {}, {}});
    };
    BOOST_TEST(answers(200, kResult));
    BOOST_TEST(answers(500, kError));
    BOOST_TEST(answers(401, "Unauthorized"));
    BOOST_TEST(!answers(503, "<html>"));
    BOOST_TEST(!answers(500, ""));
}
