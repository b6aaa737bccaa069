// Blocks and receipts that anvil made (tests/vectors/ethereum/block.json), and tries of them.
#include "bridge/ethereum/block.h"
#include "bridge/ethereum/trie.h"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <random>

using namespace depinsat::bridge::ethereum;

namespace {

struct Vector {
    Json block;
    std::vector<Bytes> receipts, transactions;
};

Vector read_vector()
{
    std::ifstream in(DEPINSAT_VECTORS "/ethereum/block.json");
    const Json json = Json::parse(in);
    Vector out{json["block"], {}, {}};
    for (const auto& receipt : json["receipts"])
        out.receipts.push_back(receipt_rlp(receipt).value());
    for (const auto& raw : json["transactions"])
        out.transactions.push_back(*from_hex(raw.get<std::string>()));
    return out;
}

} // namespace

BOOST_AUTO_TEST_CASE(the_hash_of_a_header_is_the_node_s)
{
    const Json good = read_vector().block;
    Json block = good;
    BOOST_TEST(checked_block_hash(block).has_value());
    for (const auto& [key, value] : good.items()) {
        if (key == "size" || key == "totalDifficulty" || key == "uncles" ||
            key == "transactions" || key == "withdrawals" || !value.is_string())
            continue;
        Json bad = block;
        std::string text = value.get<std::string>();
        text.back() = text.back() == '1' ? '2' : '1';
        bad[key] = text;
        BOOST_TEST(!checked_block_hash(bad).has_value(), key);
    }
    BOOST_TEST(!header_rlp(Json()).has_value());
    block.erase("withdrawalsRoot"); // a gap among the fields of the forks
    BOOST_TEST(!header_rlp(block).has_value());
}

BOOST_AUTO_TEST_CASE(the_roots_of_transactions_and_receipts_are_the_header_s)
{
    const Vector vector = read_vector();
    BOOST_TEST_REQUIRE(vector.receipts.size() > 20u); // more than one nibble, and the key 0x80
    BOOST_TEST((build_trie(vector.receipts, 0).root == hash_at(vector.block, "receiptsRoot")));
    BOOST_TEST(
        (build_trie(vector.transactions, 0).root == hash_at(vector.block, "transactionsRoot")));
    BOOST_TEST(to_hex(empty_trie_root()) ==
               "0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421");
}

BOOST_AUTO_TEST_CASE(every_receipt_is_proven_and_no_other)
{
    const Vector vector = read_vector();
    const Hash root = *hash_at(vector.block, "receiptsRoot");
    for (size_t i = 0; i < vector.receipts.size(); ++i) {
        const TrieProof proof = build_trie(vector.receipts, i).proof;
        BOOST_TEST((check_proof(root, i, proof) == vector.receipts[i]), i);
        BOOST_TEST(!check_proof(root, i + 1, proof).has_value());
        TrieProof bad = proof;
        bad.back().back() ^= 1;
        BOOST_TEST(!check_proof(root, i, bad).has_value());
        bad = proof;
        bad.pop_back();
        BOOST_TEST(!check_proof(root, i, bad).has_value());
        bad = proof;
        bad.push_back(proof.front());
        BOOST_TEST(!check_proof(root, i, bad).has_value());
    }
}

BOOST_AUTO_TEST_CASE(tries_of_any_size_prove_their_entries)
{
    std::mt19937 random(1);
    for (const size_t count : {1, 2, 15, 16, 17, 127, 128, 129, 256, 300}) {
        std::vector<Bytes> entries(count);
        for (auto& entry : entries)
            entry.assign(1 + random() % 60, uint8_t(random()));
        for (size_t i = 0; i < count; i += 1 + count / 7) {
            const auto proven = build_trie(entries, i);
            BOOST_TEST((check_proof(proven.root, i, proven.proof) == entries[i]),
                       count << ' ' << i);
        }
    }
}
