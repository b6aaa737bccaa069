// Estimates of plain transfers that a station answers by itself.
#include "bridge/ethereum/plain_transfer.h"
#include "bridge/ethereum/view.h"

#include <boost/test/unit_test.hpp>

using namespace depinsat::bridge::ethereum;
using namespace std::chrono_literals;

namespace {

const std::string kFrom = "0x" + std::string(40, '1'), kTo = "0x" + std::string(40, '2');

Json request()
{
    return {{"from", kFrom},         {"to", kTo},     {"value", "0x2"},
            {"maxFeePerGas", "0x9"}, {"input", "0x"}, {"nonce", "0x1"}};
}

Json estimate(const Json& transaction)
{
    return {{"method", "eth_estimateGas"}, {"params", {transaction, "pending"}}};
}

Json head(const char* hash_digit, const char* number, const char* parent_digit)
{
    return {{"hash", "0x" + std::string(64, *hash_digit)},
            {"parentHash", "0x" + std::string(64, *parent_digit)},
            {"number", number},
            {"timestamp", "0x1"},
            {"baseFeePerGas", "0x7"}};
}

std::string result(const char* value)
{
    return Json{{"result", value}}.dump();
}

} // namespace

BOOST_AUTO_TEST_CASE(only_a_transfer_of_nothing_but_value_is_plain)
{
    BOOST_TEST(plain_transfer_of(estimate(request())).has_value());
    for (const auto& [key, value] : {std::pair<const char*, Json>{"input", "0x00"},
                                     {"data", "0x1234"},
                                     {"gas", "0x1"},
                                     {"to", nullptr},
                                     {"from", "0x12"},
                                     {"accessList", Json::array({1})},
                                     {"authorizationList", Json::array()},
                                     {"blobVersionedHashes", Json::array()}}) {
        Json other = request();
        other[key] = value;
        BOOST_TEST(!plain_transfer_of(estimate(other)).has_value(), key);
    }
    for (const auto bad : {"1", "{}", R"({"method":"eth_estimateGas"})",
                           R"({"method":"eth_estimateGas","params":[1]})",
                           R"({"method":"eth_call","params":[{}]})"})
        BOOST_TEST(!plain_transfer_of(Json::parse(bad)).has_value(), bad);
    Json call = estimate(request());
    call["params"].push_back(Json::object()); // state overrides
    BOOST_TEST(!plain_transfer_of(call).has_value());
}

BOOST_AUTO_TEST_CASE(who_cannot_pay_or_pays_too_little_cannot_transfer)
{
    const Json at = head("a", "0x1", "0");
    const auto can = [&](const Json& transaction, const char* code, const char* balance,
                         const char* nonce) {
        return can_transfer(*plain_transfer_of(estimate(transaction)), result(code),
                            result(balance), result(nonce), at);
    };
    const Json good = request(); // takes 2 + 21000 * 9 = 0x2e24a
    BOOST_TEST(can(good, "0x", "0x2e24a", "0x1"));
    BOOST_TEST(!can(good, "0x", "0x2e249", "0x1"));
    BOOST_TEST(!can(good, "0xef0100", "0x2e24a", "0x1"));
    BOOST_TEST(!can(good, "0x", "0x2e24a", "0x2"));
    BOOST_TEST(!can(good, "0x", "nonsense", "0x1"));
    Json cheap = good;
    cheap["maxFeePerGas"] = "0x6"; // the base fee is 7
    BOOST_TEST(!can(cheap, "0x", "0xffffff", "0x1"));
    Json vast = good;
    vast["value"] = "0x" + std::string(64, 'f');
    BOOST_TEST(!can(vast, "0x", "0xffffff", "0x1"));
    vast["value"] = "0x1" + std::string(64, 'f');
    BOOST_TEST(!can(vast, "0x", "0xffffff", "0x1"));
}

BOOST_AUTO_TEST_CASE(an_estimate_is_known_once_a_node_has_said_it_and_nothing_changed)
{
    const std::string call = estimate(request()).dump();
    const auto transfer = *plain_transfer_of(estimate(request()));
    View view;
    const Json first = head("a", "0x1", "0"), second = head("b", "0x2", "a"),
               third = head("c", "0x3", "b");
    view.take_news(encode_news({}, {first, {}}), 1s);
    view.take_answer(transfer.nonce, result("0x1"), view.heads(), 1s);
    BOOST_TEST(!view.answer(call, 1s).has_value());
    view.take_answer(call, kTransferGasResult, view.heads(), 1s);
    BOOST_TEST(!view.answer(call, 1s).has_value()); // code and balance are not known yet
    Poll code{transfer.code, kNoResult, {}}, balance{transfer.balance, kNoResult, {}},
        nonce{transfer.nonce, result("0x1"), {}};
    view.take_news(encode_news({first, {&code, &balance, &nonce}},
                               {second, {result("0x"), result("0xffffff"), std::nullopt}}),
                   2s);
    BOOST_TEST(view.answer(call, 2s).value_or("") == kTransferGasResult);
    code.result = result("0x");
    balance.result = result("0xffffff");
    view.take_news(encode_news({second, {&code, &balance, &nonce}},
                               {third, {result("0x60"), std::nullopt, std::nullopt}}),
                   3s);
    BOOST_TEST(!view.answer(call, 3s).has_value()); // it has code now
}
