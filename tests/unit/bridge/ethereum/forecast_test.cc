// What both ends expect of a head and of what is polled, and what they tell of the difference.
#include "bridge/ethereum/difference.h"
#include "bridge/ethereum/forecast.h"
#include "bridge/ethereum/proof.h"

#include <boost/test/unit_test.hpp>

#include <fstream>

using namespace depinsat::bridge::ethereum;

namespace {

Json vectors()
{
    std::ifstream in(DEPINSAT_VECTORS "/ethereum/block.json");
    return Json::parse(in);
}

Json block(uint64_t base, uint64_t used, uint64_t limit)
{
    return {{"hash", "0x" + std::string(64, 'b')},
            {"number", "0x7"},
            {"timestamp", "0x10"},
            {"baseFeePerGas", to_quantity(base)},
            {"gasUsed", to_quantity(used)},
            {"gasLimit", to_quantity(limit)}};
}

} // namespace

BOOST_AUTO_TEST_CASE(a_difference_gives_the_value_back)
{
    const Json cases[] = {nullptr,
                          true,
                          false,
                          "0x1",
                          Json::object(),
                          Json::array(),
                          {{"a", 1}},
                          {{"a", 2}},
                          {{"b", 1}},
                          {{"a", {1, 2, {{"c", nullptr}}}}},
                          Json{1, 2, true},
                          {{"a", {1, 2, {{"c", "x"}}}}}};
    for (const Json& expected : cases)
        for (const Json& value : cases) {
            const Json coded = code_against(expected, value);
            const auto back = decode_against(expected, coded);
            BOOST_TEST((back && *back == value), expected.dump() + " " + value.dump());
            BOOST_TEST((coded == true) == (expected == value));
        }
    const Json long_one{{"a", std::string(100, 'x')}, {"b", 1}},
        other{{"a", long_one["a"]}, {"b", 2}};
    BOOST_TEST(code_against(long_one, other).dump() == R"([1,{"":2}])");
}

BOOST_AUTO_TEST_CASE(a_difference_that_makes_no_sense_is_refused)
{
    const Json expected{{"a", 1}, {"b", {1, 2}}};
    for (const auto bad : {"false", "1", "[0]", "[2,true]", "[-1,true]", R"(["a",true])",
                           "[0,[0,true]]", R"({"a":1})", R"({"":1,"a":2})", "[1,[0]]"})
        BOOST_TEST(!decode_against(expected, Json::parse(bad)).has_value(), bad);
}

BOOST_AUTO_TEST_CASE(base_fees_follow_eip_1559)
{
    BOOST_TEST(next_base_fee(block(1000000000, 0, 30000000)) == "0x342770c0");        // 7/8
    BOOST_TEST(next_base_fee(block(1000000000, 30000000, 30000000)) == "0x430e2340"); // 9/8
    BOOST_TEST(next_base_fee(block(1000000000, 15000000, 30000000)) == "0x3b9aca00");
    BOOST_TEST(next_base_fee(block(7, 16000000, 30000000)) == "0x8"); // 1 at least
    BOOST_TEST(next_base_fee(block(0, 0, 30000000)) == "0x0");
    BOOST_TEST(next_base_fee(block(7, 0, 1)).is_null());
    BOOST_TEST(next_base_fee(Json::object()).is_null());
}

BOOST_AUTO_TEST_CASE(a_fee_history_moves_on_by_a_block)
{
    const Json before{{"hash", "0x" + std::string(64, 'a')}, {"number", "0x6"}};
    const Json head = block(1000000000, 15000000, 30000000);
    const Poll poll{
        R"({"method":"eth_feeHistory","params":["0x2","latest",[20.0]]})",
        R"({"result":{"baseFeePerGas":["0x1","0x2","0x3b9aca00"],"gasUsedRatio":[0.1,0.2],"oldestBlock":"0x5","reward":[["0x0"],["0x1"]]}})",
        {}};
    const Json expected = forecast_result(poll, {&poll}, before, head, "x");
    BOOST_TEST(
        expected.dump() ==
        R"({"result":{"baseFeePerGas":["0x2","0x3b9aca00","0x3b9aca00"],"gasUsedRatio":[0.2,0.5],"oldestBlock":"0x6","reward":[["0x1"],["0x1"]]}})");
    BOOST_TEST(forecast_result(poll, {&poll}, nullptr, head, "x").dump() == poll.result);
    for (const auto bad :
         {R"({"result":{}})", R"({"result":{"gasUsedRatio":1,"baseFeePerGas":[1]}})",
          R"({"error":{}})", "nonsense"}) {
        Poll odd = poll;
        odd.result = bad;
        forecast_result(odd, {&odd}, before, head, "x");
    }
}

BOOST_AUTO_TEST_CASE(a_receipt_is_expected_to_look_like_another)
{
    const Json json = vectors();
    const auto poll_of = [&](size_t index) {
        const Json& receipt = json["receipts"][index];
        return receipt_poll(*hash_at(receipt, "transactionHash"),
                            *from_hex(json["transactions"][index].get<std::string>()),
                            *from_hex(receipt["from"].get<std::string>()));
    };
    Poll told = poll_of(0);
    told.result = Json{{"result", json["receipts"][0]}}.dump();
    const Poll open = poll_of(1);
    const std::string hash = json["block"]["hash"];
    const Json expected =
        forecast_result(open, {&told, &open}, json["parent"], json["block"], hash)["result"];
    for (const auto key : {"transactionHash", "from", "to", "blockHash", "blockNumber",
                           "effectiveGasPrice", "blockTimestamp", "type"})
        if (json["receipts"][1].contains(key))
            BOOST_TEST((expected.at(key) == json["receipts"][1].at(key)), key);
    BOOST_TEST(forecast_result(open, {&open}, json["parent"], json["block"], hash).dump() ==
               open.result);
}

BOOST_AUTO_TEST_CASE(a_proof_is_told_without_what_it_proves)
{
    const Json json = vectors();
    std::vector<Bytes> transactions;
    for (const auto& raw : json["transactions"])
        transactions.push_back(*from_hex(raw.get<std::string>()));
    for (const size_t index : {0, 1, 23}) {
        const Json& receipt = json["receipts"][index];
        const Json proof =
            *make_receipt_proof(json["block"], json["receipts"], transactions, index);
        const Json cut = cut_proof(proof, receipt, transactions[index]);
        BOOST_TEST(cut.dump().size() + 2 * transactions[index].size() < proof.dump().size());
        BOOST_TEST((whole_proof(cut, receipt, transactions[index]) == proof));
        BOOST_TEST((cut_proof(proof, receipt, Bytes{1, 2}) == proof));
        BOOST_TEST((whole_proof(proof, receipt, {}) == proof));
        const Json roots = roots_of(proof);
        for (const auto key : {"transactionsRoot", "receiptsRoot"})
            BOOST_TEST((roots[key] == json["block"][key]), key);
    }
    for (const auto bad :
         {"null", "[]", "{}", R"({"receipt":[]})", R"({"receipt":1,"transaction":["0x"]})"})
        BOOST_TEST(roots_of(Json::parse(bad)).is_null(), bad);
}
