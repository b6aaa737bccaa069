// Transactions, RLP, proofs, packed texts and news: each is any bytes of a client or of the far
// end.
#include "bridge/ethereum/dictionary.h"
#include "bridge/ethereum/packed_json.h"
#include "bridge/ethereum/rlp.h"
#include "bridge/ethereum/transaction.h"
#include "bridge/ethereum/trie.h"
#include "bridge/ethereum/view.h"
#include "bridge/json_rpc/text.h"

#include <cstdlib>
#include <string>

using namespace depinsat::bridge::ethereum;

namespace {

void require(bool holds)
{
    if (!holds)
        std::abort();
}

/// An item that is taken has one encoding: its own bytes.
void fuzz_rlp(std::span<const uint8_t> bytes)
{
    auto rest = bytes;
    const auto item = take_rlp(rest);
    if (!item)
        return;
    require(item->whole.size() + rest.size() == bytes.size());
    Bytes again;
    if (item->is_list)
        again = rlp_list(item->payload);
    else
        put_rlp(again, item->payload);
    require(std::ranges::equal(again, item->whole));
    if (const auto items = rlp_items(*item, 1000)) {
        size_t size = 0;
        for (const auto& one : *items)
            size += one.whole.size();
        require(size == item->payload.size());
    }
}

std::string dumped(const Json& json)
{
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// The bytes as what a frame of zstd holds: the frame itself is rarely whole by chance.
void fuzz_packed(std::span<const uint8_t> bytes)
{
    Bytes packed{kDictionaryVersion};
    const Bytes frame = depinsat::bridge::zstd_compress(bytes, kDictionary);
    packed.insert(packed.end(), frame.begin(), frame.end());
    const auto text = unpack_json(packed);
    const auto json = depinsat::bridge::from_dense(bytes);
    require(text.has_value() == json.has_value());
    if (json)
        require(text == dumped(*json) && unpack_json(pack_json(*text)) == text);
}

Json block(const char* number, const char* hash, const char* parent)
{
    const auto hash_of = [](const char* digit) {
        std::string text = "0x";
        for (int i = 0; i < 64; ++i)
            text += digit;
        return text;
    };
    return {{"hash", hash_of(hash)},
            {"parentHash", hash_of(parent)},
            {"number", number},
            {"timestamp", "0x10"},
            {"baseFeePerGas", "0x7"},
            {"gasUsed", "0x1"},
            {"gasLimit", "0x1c9c380"},
            {"receiptsRoot", hash_of("3")},
            {"transactionsRoot", hash_of("4")}};
}

/// The bytes as the text of news, behind a header that its receiver takes. They may nest what
/// is known a little deeper each time.
void fuzz_news(std::span<const uint8_t> bytes)
{
    const std::string fees = R"({"method":"eth_feeHistory","params":["0x2","latest",[]]})";
    Poll poll{fees,
              R"({"result":{"oldestBlock":"0x0","gasUsedRatio":[0.5],)"
              R"("baseFeePerGas":["0x7","0x7"]}})",
              {}};
    Poll receipt = receipt_poll(Hash{7}, Bytes(100, 5), Bytes(20, 6));
    const Json head = block("0x1", "1", "0");
    for (int i = 0; i < 3; ++i) {
        NewsContext context{head, {&poll, &receipt}};
        Bytes news = encode_news(context, {head, {std::nullopt, std::nullopt}});
        news.resize(news.size() - read_news_header(news)->rest.size());
        news.push_back(0);
        news.insert(news.end(), bytes.begin(), bytes.end());
        const auto told = decode_news(context, read_news_header(news).value());
        if (!told)
            return;
        for (const auto& result : told->results)
            require(!result || !depinsat::bridge::json_rpc::parse(*result).is_discarded());
        poll.result = told->results[0].value_or(poll.result);
        receipt.result = without_proof(told->results[1].value_or(receipt.result));
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    if (size > 65536)
        return 0;
    const std::span bytes(data, size);
    fuzz_rlp(bytes);
    const auto decoded = decode_transaction(bytes);
    if (const auto* transaction = std::get_if<Transaction>(&decoded))
        require(transaction->hash == keccak256(bytes));
    const Bytes node(bytes.begin(), bytes.end());
    check_proof(keccak256(node), 0, {node});
    if (const auto text = unpack_json(bytes))
        require(unpack_json(pack_json(*text)) == text);
    fuzz_packed(bytes);
    fuzz_news(bytes);
    View view;
    view.take_news(bytes, std::chrono::seconds(1));
    return 0;
}
