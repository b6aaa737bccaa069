#pragma once

#include "bridge/bitcoin/block.h"

#include <map>
#include <optional>

/// What stations say to each other about Bitcoin: bodies of the messages of kinds 20 to 28
/// (bridge/messages.h). Numbers as Bitcoin writes them, little-endian.
namespace depinsat::bridge::bitcoin {

inline constexpr size_t kMaxStationLocator = 32;
inline constexpr size_t kMaxStationHeaders = 2000;

/// User to gateway: what it wants to be told from now on.
struct Subscription {
    uint8_t network = 0; ///< Network::id
    uint32_t epoch = 0;  ///< of the memory of the link; another one: begin it anew
    bool blocks = false; ///< else it wants nothing
    bool transactions = false;
    uint64_t fee_filter = 0;            ///< satoshis per 1000 virtual bytes
    uint32_t relay_bits_per_second = 0; ///< for transactions
    std::vector<Hash256> locator;       ///< at most kMaxStationLocator

    bool operator==(const Subscription&) const = default;
};
Bytes encode(const Subscription&);
std::optional<Subscription> decode_subscription(std::span<const uint8_t>);

/// Gateway to user: a run of headers, each the child of the one before.
Bytes encode_run(std::span<const BlockHeader>);
std::optional<std::vector<BlockHeader>> decode_run(std::span<const uint8_t>);

/// Both ways: transactions, parents first.
struct Carried {
    uint8_t epoch = 0;  ///< low bits
    uint16_t first = 0; ///< number of the first in the memory (LinkMemory), low bits
    std::vector<TransactionPtr> transactions;
};
Bytes encode(const Carried&);
std::optional<Carried> decode_carried(std::span<const uint8_t>);

/// User to gateway: a block, in which form.
enum class BlockForm : uint8_t {
    kCoded,   ///< against the memory of the link
    kCompact, ///< BIP152: short ids
    kAlone,   ///< all of it
};
struct BlockRequest {
    Hash256 hash{};
    BlockForm form = BlockForm::kCoded;
};
Bytes encode(const BlockRequest&);
std::optional<BlockRequest> decode_block_request(std::span<const uint8_t>);

/// A body that may be larger than a message, in parts of kPartBytes.
inline constexpr size_t kPartBytes = 256 * 1024;
std::vector<Bytes> split(std::span<const uint8_t> body, uint32_t transfer);

/// Puts the parts of one peer together.
///
/// Bounds  kTransfers at once, of at most kMaxParts parts each; the oldest is given up.
class Joiner
{
public:
    static constexpr size_t kTransfers = 4;
    static constexpr size_t kMaxParts = 20;

    /// @return the body, once it is whole.
    std::optional<Bytes> take(std::span<const uint8_t> part);

private:
    struct Transfer {
        std::map<uint8_t, Bytes> parts;
        uint64_t begun = 0;
    };
    std::map<uint32_t, Transfer> transfers_;
    uint64_t count_ = 0;
};

} // namespace depinsat::bridge::bitcoin
