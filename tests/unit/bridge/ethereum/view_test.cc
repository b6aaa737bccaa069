// News from a gateway to a user station: coding, and what the station answers from them.
#include "bridge/ethereum/head_code.h"
#include "bridge/ethereum/proof.h"
#include "bridge/ethereum/view.h"
#include "heads.h"

#include <boost/test/unit_test.hpp>

using namespace depinsat::bridge::ethereum;
using namespace depinsat::test;
using namespace std::chrono_literals;

namespace {

constexpr const char* kNonce =
    R"({"method":"eth_getTransactionCount","params":["0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266","latest"]})";
constexpr const char* kNumber = R"({"method":"eth_blockNumber","params":[]})";

std::string told(View& view, const std::string& call, depinsat::link::Time now = 1s)
{
    return view.answer(call, now).value_or("not known");
}

} // namespace

BOOST_AUTO_TEST_CASE(a_block_after_another_comes_back_whole)
{
    const Json first = block(0), second = block(1);
    const Json coded = code_head(first, second);
    BOOST_TEST(coded.is_array());
    BOOST_TEST(coded.dump().find(second["hash"].get<std::string>()) == std::string::npos);
    BOOST_TEST((decode_head(first, coded) == second));
    BOOST_TEST((code_head(first, first) == nullptr));
    BOOST_TEST((decode_head(nullptr, code_head(nullptr, first)) == first));
    BOOST_TEST((decode_head(first, code_head(first, reorganised())) == reorganised()));
    for (const auto bad : {"1", "[1]", "[[99,1]]", "[[-1,1]]", "{}", "[[0]]", "\"x\""})
        BOOST_TEST(!decode_head(first, Json::parse(bad)).has_value(), bad);
}

BOOST_AUTO_TEST_CASE(polls_are_answered_from_the_news)
{
    View view;
    BOOST_TEST(told(view, kNumber) == "not known");
    BOOST_TEST((view.take_news(news(nullptr, block(0)), 1s) == View::Taken::kNew));
    BOOST_TEST(told(view, kNumber) == R"({"result":"0x0"})");
    BOOST_TEST(told(view, kNonce) == "not known");
    view.take_answer(kNonce, R"({"result":"0x0"})", view.heads(), 1s);
    BOOST_TEST(told(view, kNonce) == R"({"result":"0x0"})");
    const Poll poll{kNonce, R"({"result":"0x0"})", {}};
    view.take_news(news(block(0), block(1), {poll}, {R"({"result":"0x18"})"}), 2s);
    BOOST_TEST(told(view, kNonce) == R"({"result":"0x18"})");
    BOOST_TEST(told(view, kNumber) == R"({"result":"0x1"})");
    for (const size_t index : {0, 1}) {
        const Json one = block(index);
        for (const auto& [method, key] :
             {std::pair{"eth_getBlockByNumber", "number"}, {"eth_getBlockByHash", "hash"}}) {
            const Json call{{"method", method}, {"params", {one[key], false}}};
            const Json expected{{"result", one}};
            BOOST_TEST(told(view, call.dump()) == expected.dump());
        }
    }
    BOOST_TEST(told(view, R"({"method":"eth_getBlockByNumber","params":["0x1",true]})") ==
               "not known");
}

BOOST_AUTO_TEST_CASE(what_did_not_change_stays_and_what_nobody_told_is_forgotten)
{
    View view;
    view.take_news(news(nullptr, block(0)), 1s);
    view.take_answer(kNonce, R"({"result":"0x0"})", view.heads(), 1s);
    const Poll poll{kNonce, R"({"result":"0x0"})", {}};
    view.take_news(news(block(0), block(1), {poll}, {std::nullopt}), 2s);
    BOOST_TEST(told(view, kNonce) == R"({"result":"0x0"})");
    view.take_news(news(block(1), reorganised()), 3s);
    BOOST_TEST(told(view, kNonce) == "not known");
    BOOST_TEST(view.stats().reorganisations == 1u);
}

BOOST_AUTO_TEST_CASE(an_answer_from_before_a_head_is_not_told_after_it)
{
    View view;
    view.take_news(news(nullptr, block(0)), 1s);
    const uint64_t asked = view.heads();
    view.take_news(news(block(0), block(1)), 2s);
    view.take_answer(kNonce, R"({"result":"0x0"})", asked, 2s);
    BOOST_TEST(told(view, kNonce) == "not known");
}

BOOST_AUTO_TEST_CASE(old_news_are_not_told)
{
    View view;
    view.take_answer(R"({"method":"eth_chainId","params":[]})", R"({"result":"0x1"})", 0, 1s);
    view.take_news(news(nullptr, block(0)), 1s);
    BOOST_TEST(told(view, kNumber, 1s + View::kMaxAge - 1ms) == R"({"result":"0x0"})");
    BOOST_TEST(told(view, kNumber, 1s + View::kMaxAge) == "not known");
    BOOST_TEST(told(view, R"({"method":"eth_chainId","params":[]})", 1h) ==
               R"({"result":"0x1"})");
}

BOOST_AUTO_TEST_CASE(a_receipt_is_null_until_it_comes)
{
    View view;
    view.take_news(news(nullptr, block(0)), 1s);
    const Bytes raw(100, 5), sender(20, 6);
    const Poll poll = receipt_poll(Hash{7}, raw, sender);
    view.follow(poll);
    BOOST_TEST(told(view, poll.call) == R"({"result":null})");
    const auto receipt_of = [](const Hash& hash) {
        return Json{{"result", {{"blockNumber", "0x1"}, {"transactionHash", to_hex(hash)}}}}
            .dump();
    };
    const std::string receipt = receipt_of(Hash{7});
    View other = view;
    other.take_news(news(block(0), block(1), {poll}, {receipt_of(Hash{8})}), 2s);
    BOOST_TEST(told(other, poll.call) == "not known"); // it is another transaction's
    view.take_news(news(block(0), block(1), {poll}, {receipt}), 2s);
    BOOST_TEST(told(view, poll.call) == receipt);
}

BOOST_AUTO_TEST_CASE(news_against_what_is_not_known_are_refused)
{
    View view;
    BOOST_TEST((view.take_news(news(block(0), block(1)), 1s) == View::Taken::kUnusable));
    view.take_news(news(nullptr, block(0)), 1s);
    const Poll poll{kNonce, R"({"result":"0x0"})", {}};
    BOOST_TEST((view.take_news(news(block(0), block(1), {poll}, {std::nullopt}), 1s) ==
                View::Taken::kUnusable));
    view.take_answer(kNonce, R"({"result":"0x5"})", view.heads(), 1s);
    BOOST_TEST((view.take_news(news(block(0), block(1), {poll}, {std::nullopt}), 1s) ==
                View::Taken::kUnusable));
    BOOST_TEST(told(view, kNumber) == R"({"result":"0x0"})");
    const Bytes good = news(block(0), block(1));
    for (size_t size = 0; size < good.size(); ++size)
        BOOST_TEST((view.take_news(std::span(good).first(size), 1s) == View::Taken::kUnusable));
    BOOST_TEST((view.take_news(good, 1s) == View::Taken::kNew));
}

BOOST_AUTO_TEST_CASE(a_receipt_is_verified_by_its_proof_and_a_false_one_is_not_told)
{
    const Json json = block_vectors();
    const auto transactions = raw_transactions();
    for (const size_t index : {0, 22, 23}) {
        const Json receipt = json["receipts"][index];
        const auto proof =
            make_receipt_proof(json["block"], json["receipts"], transactions, index);
        BOOST_REQUIRE(proof.has_value());
        const Poll poll =
            receipt_poll(*hash_at(receipt, "transactionHash"), transactions[index],
                         *from_hex(receipt["from"].get<std::string>()));
        const auto told_of = [&](const Json& said) {
            View view;
            view.take_news(news(nullptr, json["parent"]), 1s);
            view.follow(poll);
            const Json result{{"result", said}, {"proof", *proof}};
            view.take_news(news(json["parent"], json["block"], {poll}, {result.dump()}), 2s);
            BOOST_TEST(view.is_verified(poll.call) == (said == receipt));
            BOOST_TEST(view.stats().false_receipts == (said == receipt ? 0u : 1u));
            return told(view, poll.call);
        };
        const Json expected{{"result", receipt}};
        BOOST_TEST(told_of(receipt) == expected.dump());
        for (const auto& [key, value] : {std::pair{"status", "0x0"},
                                         {"cumulativeGasUsed", "0x1"},
                                         {"from", "0x00"},
                                         {"effectiveGasPrice", "0x1"},
                                         {"transactionIndex", "0x1"},
                                         {"blockNumber", "0x7"},
                                         {"logsBloom", "0x00"}}) {
            Json lie = receipt;
            lie[key] = value;
            BOOST_TEST(told_of(lie) == "not known", key);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_receipt_of_a_block_that_is_gone_is_told_no_more)
{
    const ProvenReceipt proven(22);
    View view;
    view.take_news(news(nullptr, block(0)), 1s);
    view.follow(proven.poll);
    BOOST_TEST(!view.last_word(proven.poll.call).has_value());
    view.take_news(news(block(0), block(1), {proven.poll}, {proven.result}), 2s);
    BOOST_TEST(view.is_verified(proven.poll.call));
    BOOST_TEST((view.last_word(proven.poll.call) == proven.receipt));
    View other = view;
    other.take_news(news(block(1), reorganised()), 3s); // of which the gateway says nothing
    BOOST_TEST(told(other, proven.poll.call) == "not known");
    view.take_news(news(block(1), reorganised(), {proven.known}, {kNoResult}), 3s);
    BOOST_TEST(told(view, proven.poll.call) == kNoResult);
    BOOST_TEST(!view.is_verified(proven.poll.call));
    BOOST_TEST((view.last_word(proven.poll.call) == Json()));
    BOOST_TEST((view.place_of(1, *hash_at(block(1), "hash")) == HeadChain::Place::kOutside));
}

BOOST_AUTO_TEST_CASE(blocks_below_a_reorganisation_are_known_no_more)
{
    View view;
    Json head = block(0);
    view.take_news(news(nullptr, head), 1s);
    for (int i = 0; i < 3; ++i) {
        view.take_news(news(head, next(head)), 1s);
        head = next(head);
    }
    BOOST_TEST(view.blocks().size() == 4u);
    Json other = next(head);
    other["parentHash"] = "0x" + std::string(64, '1');
    set_right_hash(other);
    view.take_news(news(head, other), 1s);
    BOOST_TEST(view.blocks().size() == 1u);
    BOOST_TEST((view.blocks().back() == other));
}

BOOST_AUTO_TEST_CASE(constants_are_kept_for_calls_that_say_the_method_alone)
{
    View view;
    const auto ask = [](const std::string& params) {
        return R"({"method":"eth_chainId")" + params + "}";
    };
    for (const char* params : {"", R"(,"params":[])"}) {
        view.take_answer(ask(params), R"({"result":"0x1"})", 0, 1s);
        BOOST_TEST(view.answer(ask(params), 2s).value_or("") == R"({"result":"0x1"})");
    }
    for (const char* params :
         {R"(,"params":["x"])", R"(,"params":[[]])", R"(,"params":{"a":1})"}) {
        view.take_answer(ask(params), R"({"result":"0x1"})", 0, 1s);
        BOOST_TEST(!view.answer(ask(params), 2s).has_value(), params);
    }
}

BOOST_AUTO_TEST_CASE(results_that_are_nested_deeper_than_any_answer_make_news_unusable)
{
    const auto nested = [](size_t depth) {
        return R"({"result":)" + std::string(depth, '[') + std::string(depth, ']') + "}";
    };
    const Poll poll{kNonce, R"({"result":"0x0"})", {}};
    for (const auto& [depth, taken] : {std::pair{63, View::Taken::kNew},
                                       {64, View::Taken::kUnusable},
                                       {200, View::Taken::kUnusable}}) {
        View view;
        view.take_news(news(nullptr, block(0)), 1s);
        view.take_answer(kNonce, poll.result, view.heads(), 1s);
        const auto bytes = news(block(0), block(1), {poll}, {nested(size_t(depth))});
        BOOST_TEST((view.take_news(bytes, 2s) == taken), depth);
    }
}
