// What a node, a local client or the far end of the link sends: each is any bytes. The first
// byte says for which parser they are.
#include "bridge/bitcoin/block_code.h"
#include "bridge/bitcoin/compact.h"
#include "bridge/bitcoin/network.h"
#include "bridge/bitcoin/p2p.h"
#include "bridge/bitcoin/station_wire.h"

#include <cstdlib>

using namespace depinsat::bridge::bitcoin;

namespace {

void require(bool holds)
{
    if (!holds)
        std::abort();
}

/// A transaction that spends nothing that exists.
TransactionPtr some_transaction(uint8_t mark)
{
    Bytes bytes;
    Writer(bytes)
        .u32(2)
        .u8(1)
        .bytes(Hash256{mark})
        .u32(0)
        .u8(0)
        .u32(0)
        .u8(1)
        .u64(5)
        .u8(0)
        .u32(0);
    return parse_transaction(bytes);
}

const LinkMemory& some_memory()
{
    static const LinkMemory memory = [] {
        LinkMemory made;
        for (uint8_t i = 0; i < 40; ++i)
            made.received(i, some_transaction(uint8_t(i + 1)));
        return made;
    }();
    return memory;
}

void take_frame(std::span<const uint8_t> bytes)
{
    if (bytes.size() < kFrameHeaderBytes)
        return;
    const auto header =
        read_frame_header(bytes.first<kFrameHeaderBytes>(), find_network("regtest")->magic);
    if (header)
        require(header->length <= max_payload(header->command));
}

void take_lists(std::span<const uint8_t> bytes)
{
    if (const auto items = decode_inventory(bytes))
        require(decode_inventory(encode(*items))->size() == items->size());
    if (const auto headers = decode_headers(bytes))
        require(decode_headers(encode(*headers)) == headers);
    if (const auto locator = decode_locator(bytes))
        require(decode_locator(encode(*locator))->hashes == locator->hashes);
    decode_version(bytes);
    decode_send_compact(bytes);
    decode_number(bytes);
}

void take_block(std::span<const uint8_t> bytes)
{
    if (const auto transaction = parse_transaction(bytes)) {
        require(transaction->bytes == Bytes(bytes.begin(), bytes.end()));
        witness_commitment(*transaction);
    }
    if (const auto block = parse_block(bytes)) {
        require(serialize(*block) == Bytes(bytes.begin(), bytes.end()));
        check_body(*block);
    }
}

void take_compact(std::span<const uint8_t> bytes)
{
    if (const auto compact = decode_compact(bytes)) {
        require(encode(*compact) == Bytes(bytes.begin(), bytes.end()));
        CompactAssembly assembly(*compact, [](const auto& take) { take(some_transaction(1)); });
        require(assembly.missing().indices.size() <= compact->short_ids.size());
    }
    if (const auto wanted = decode_wanted(bytes))
        require(decode_wanted(encode(*wanted))->indices == wanted->indices);
    decode_block_transactions(bytes);
}

void take_coded(std::span<const uint8_t> bytes)
{
    const auto decoded = decode_coded(bytes, some_memory(), 7);
    require((decoded.fault == CodeFault::kNone) == (decoded.block != nullptr));
    if (decoded.block)
        require(check_body(*decoded.block) == BlockFault::kNone);
}

void take_station(std::span<const uint8_t> bytes)
{
    if (const auto subscription = decode_subscription(bytes))
        require(decode_subscription(encode(*subscription)) == subscription);
    if (const auto headers = decode_run(bytes))
        require(headers->empty() || decode_run(encode_run(*headers)) == headers);
    if (const auto carried = decode_carried(bytes)) {
        LinkMemory memory;
        uint16_t number = carried->first;
        for (const auto& transaction : carried->transactions)
            memory.received(number++, transaction);
        memory.view();
    }
    decode_block_request(bytes);
    Joiner joiner;
    joiner.take(bytes);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    constexpr std::array kParsers{take_frame,   take_lists, take_block,
                                  take_compact, take_coded, take_station};
    if (size > 0)
        kParsers[data[0] % kParsers.size()]({data + 1, size - 1});
    return 0;
}
