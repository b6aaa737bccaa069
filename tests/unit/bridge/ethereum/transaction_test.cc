#include "bridge/ethereum/transaction.h"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <fstream>

using namespace depinsat::bridge::ethereum;

namespace {

std::string why_not(const Bytes& raw)
{
    const auto decoded = decode_transaction(raw);
    const auto* why = std::get_if<std::string>(&decoded);
    return why ? *why : "taken";
}

} // namespace

BOOST_AUTO_TEST_CASE(transactions_of_every_type_have_the_hash_and_sender_of_other_programs)
{
    std::ifstream in(DEPINSAT_VECTORS "/ethereum/transactions.json");
    for (const auto& vector : nlohmann::json::parse(in)["transactions"]) {
        const Bytes raw = *from_hex(vector["raw"].get<std::string>());
        const auto decoded = decode_transaction(raw);
        BOOST_TEST_CONTEXT(vector["name"])
        {
            BOOST_REQUIRE(std::holds_alternative<Transaction>(decoded));
            const auto& transaction = std::get<Transaction>(decoded);
            BOOST_TEST(unsigned(transaction.type) == vector["type"].get<unsigned>());
            BOOST_TEST(to_hex(transaction.sender) == vector["sender"].get<std::string>());
            BOOST_TEST(transaction.nonce == vector["nonce"].get<uint64_t>());
            BOOST_TEST(transaction.max_fee_per_gas == vector["fee"].get<uint64_t>());
            BOOST_TEST(transaction.chain_id.value_or(0) == vector["chain"].get<uint64_t>());
            BOOST_TEST(transaction.to.has_value() == vector["to"].is_string());
            if (vector.contains("hash"))
                BOOST_TEST(to_hex(transaction.hash) == vector["hash"].get<std::string>());
        }
    }
}

BOOST_AUTO_TEST_CASE(a_bit_that_flips_changes_the_sender_or_is_refused)
{
    std::ifstream in(DEPINSAT_VECTORS "/ethereum/transactions.json");
    const auto vectors = nlohmann::json::parse(in)["transactions"];
    const Bytes good = *from_hex(vectors[0]["raw"].get<std::string>());
    const Address sender = std::get<Transaction>(decode_transaction(good)).sender;
    for (size_t bit = 0; bit < 8 * good.size(); ++bit) {
        Bytes bad = good;
        bad[bit / 8] ^= uint8_t(1 << bit % 8);
        const auto decoded = decode_transaction(bad);
        if (const auto* taken = std::get_if<Transaction>(&decoded))
            BOOST_TEST((taken->sender != sender), "bit " << bit);
    }
    for (size_t size = 0; size < good.size(); ++size)
        BOOST_TEST(why_not({good.begin(), good.begin() + ptrdiff_t(size)}) != "taken");
}

BOOST_AUTO_TEST_CASE(what_is_not_carried_is_refused_with_the_reason)
{
    BOOST_TEST(why_not({}) == "is empty");
    BOOST_TEST(why_not({0x03, 0xc0}).starts_with("is a blob transaction (EIP-4844)"));
    BOOST_TEST(why_not({0x05, 0xc0}) == "is of a type that is not known");
    BOOST_TEST(why_not({0x00, 0xc0}) == "is of a type that is not known");
    BOOST_TEST(why_not({0x02, 0xc0}) == "is no RLP list of the fields of its type");
    BOOST_TEST(why_not({0xc0}) == "is no RLP list of the fields of its type");
}
