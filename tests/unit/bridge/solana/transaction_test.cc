// Solana's transactions against those that @solana/kit made (tests/vectors/solana), and
// base 58.
#include "bridge/solana/request.h"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <fstream>

using namespace depinsat::bridge::solana;
using depinsat::bridge::json_rpc::Json;

namespace {

Json vectors()
{
    std::ifstream in(DEPINSAT_VECTORS "/solana/transactions.json");
    return Json::parse(in)["transactions"];
}

Bytes raw_of(const Json& vector)
{
    return from_base58(vector["base58"].get<std::string>(), 4096).value();
}

std::string fault_of(const Bytes& raw)
{
    const auto decoded = decode_transaction(raw);
    const auto* why = std::get_if<std::string>(&decoded);
    return why ? *why : "nothing is wrong";
}

} // namespace

BOOST_AUTO_TEST_CASE(golden_transactions_are_read)
{
    BOOST_REQUIRE(vectors().size() == 5u);
    for (const Json& vector : vectors()) {
        BOOST_TEST_CONTEXT(vector["name"])
        {
            const auto decoded = decode_transaction(raw_of(vector));
            BOOST_REQUIRE(std::holds_alternative<Transaction>(decoded));
            const auto& transaction = std::get<Transaction>(decoded);
            BOOST_TEST(to_base58(transaction.signature) == vector["signature"]);
            BOOST_TEST(to_base58(transaction.fee_payer) == vector["fee_payer"]);
            BOOST_TEST(to_base58(transaction.blockhash) == vector["blockhash"]);
            BOOST_TEST(transaction.signatures == vector["signatures"].get<size_t>());
            BOOST_TEST(transaction.versioned == vector["versioned"].get<bool>());
            BOOST_TEST(transaction.durable_nonce == vector["durable_nonce"].get<bool>());
        }
    }
}

BOOST_AUTO_TEST_CASE(both_encodings_are_the_same_transaction)
{
    for (const Json& vector : vectors()) {
        const auto one = read_sending(Json::array({vector["base58"]}));
        const auto other = read_sending(
            Json::array({vector["base64"], {{"encoding", "base64"}, {"maxRetries", 3}}}));
        BOOST_REQUIRE(std::holds_alternative<ReadSending>(one));
        BOOST_REQUIRE(std::holds_alternative<ReadSending>(other));
        BOOST_TEST((std::get<ReadSending>(one).sending.raw ==
                    std::get<ReadSending>(other).sending.raw));
        BOOST_TEST(to_base58(raw_of(vector)) == vector["base58"]);
        const Json call = Json::parse(send_call(std::get<ReadSending>(one).sending));
        BOOST_TEST(call["params"][0] == vector["base64"]);
        BOOST_TEST(call["params"][1]["preflightCommitment"] == "finalized");
    }
}

BOOST_AUTO_TEST_CASE(every_changed_or_missing_byte_is_seen)
{
    for (const Json& vector : vectors()) {
        const Bytes raw = raw_of(vector);
        for (size_t i = 0; i < raw.size(); ++i) {
            BOOST_TEST(fault_of({raw.begin(), raw.begin() + long(i)}) != "nothing is wrong");
            Bytes changed = raw;
            changed[i] ^= 1;
            BOOST_TEST(fault_of(changed) != "nothing is wrong");
        }
        Bytes longer = raw;
        longer.push_back(0);
        BOOST_TEST(fault_of(longer) == "is malformed");
    }
    BOOST_TEST(fault_of(Bytes(1233, 1)).starts_with("is longer"));
    Bytes wrong = raw_of(vectors()[0]);
    wrong[1] ^= 1;
    BOOST_TEST(fault_of(wrong) == "has a wrong signature");
    Bytes unknown = raw_of(vectors()[1]);
    unknown[65] = 0x81;
    BOOST_TEST(fault_of(unknown).starts_with("is of a version"));
}

BOOST_AUTO_TEST_CASE(lengths_are_as_short_as_can_be)
{
    // 1 as two bytes, 0x81 0x00, says the same to a careless reader.
    Bytes alias = raw_of(vectors()[0]);
    alias[0] = 0x81;
    alias.insert(alias.begin() + 1, 0);
    BOOST_TEST(fault_of(alias).starts_with("is malformed"));
}

BOOST_AUTO_TEST_CASE(base_58_is_that_of_bitcoin)
{
    // draft-msporny-base58-03, clause 5.
    const std::pair<std::string, std::string> known[] = {
        {"Hello World!", "2NEpo7TZRRrLZSi2U"},
        {"The quick brown fox jumps over the lazy dog.",
         "USm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z"},
        {std::string("\0\0\x28\x7f\xb4\xcd", 6), "11233QC4"},
        {"", ""},
        {std::string(3, '\0'), "111"}};
    for (const auto& [plain, text] : known) {
        const Bytes bytes(plain.begin(), plain.end());
        BOOST_TEST(to_base58(bytes) == text);
        BOOST_TEST((from_base58(text, 100) == bytes));
    }
    for (const char* bad : {"0", "O", "I", "l", "a b", "a+"})
        BOOST_TEST(!from_base58(bad, 100).has_value());
    BOOST_TEST(!from_base58("1111", 3).has_value());
    BOOST_TEST(!from_base58("2NEpo7TZRRrLZSi2U", 11).has_value());
}

BOOST_AUTO_TEST_CASE(options_that_cannot_be_kept_are_refused)
{
    const Json good = vectors()[0]["base58"];
    for (const Json& options :
         {Json{{"encoding", "hex"}}, Json{{"minContextSlot", 5}}, Json{{"skipPreflight", 1}},
          Json{{"preflightCommitment", "recent"}}, Json{{"colour", "red"}}, Json(5)})
        BOOST_TEST(
            std::holds_alternative<std::string>(read_sending(Json::array({good, options}))));
    for (const Json& params : {Json::array(), Json(), Json::array({5}), Json::array({"0OIl"})})
        BOOST_TEST(std::holds_alternative<std::string>(read_sending(params)));
}

BOOST_AUTO_TEST_CASE(news_and_transactions_come_back_as_they_were)
{
    const Status status{1ull << 40, Commitment::kConfirmed, 31, R"({"x":1})"};
    const auto back =
        decode_news(encode(News{News::What::kStatus, {1, 2}, {}, status})).value();
    BOOST_TEST((back.status == status && back.mark == News::Mark{1, 2}));
    const auto refused =
        decode_news(encode(News{News::What::kRefused, {3}, R"({"error":{}})", {}})).value();
    BOOST_TEST(refused.error == R"({"error":{}})");
    const Sending sending{true, Commitment::kConfirmed, {7, 8, 9}};
    const auto sent = decode_sending(encode(sending)).value();
    BOOST_TEST((sent.skip_preflight && sent.preflight == Commitment::kConfirmed));
    BOOST_TEST((sent.raw == sending.raw));
    BOOST_TEST(!decode_sending(Bytes{6, 1}).has_value());
    BOOST_TEST(!decode_news(Bytes(8, 0)).has_value());
    BOOST_TEST(!decode_news(Bytes{4, 0, 0, 0, 0, 0, 0, 0, 0}).has_value());
}

BOOST_AUTO_TEST_CASE(a_nodes_words_are_understood)
{
    BOOST_TEST(is_processed_already(
        R"({"error":{"code":-32002,"message":"Transaction simulation failed: This transaction has already been processed"}})"));
    BOOST_TEST(!is_processed_already(R"({"result":"already been processed"})"));
    const auto status = status_in(
        R"({"result":{"context":{"slot":9},"value":[{"slot":8,"confirmations":3,"err":{"InstructionError":[0,"x"]},"confirmationStatus":"processed"}]}})");
    BOOST_TEST(status->slot == 8u);
    BOOST_TEST(status->confirmations == 3);
    BOOST_TEST(status->error == R"({"InstructionError":[0,"x"]})");
    for (const char* none :
         {R"({"result":{"value":[null]}})", R"({"result":{"value":[]}})", R"({"error":{}})", "",
          "[]", R"({"result":{"value":[{"slot":-1}]}})"})
        BOOST_TEST(!status_in(none).has_value());
}
