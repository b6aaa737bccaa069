#pragma once

#include "bridge/bitcoin/block.h"
#include "bridge/bitcoin/link_memory.h"

/// A block as it travels between stations.
///
///   form           1: 0 stands alone; 1 refers to the memory of this link
///   epoch          4, form 1: of the memory
///   view           form 1: what the memory has to hold (MemoryView)
///   header         80
///   count          CompactSize: transactions
///   order          1, form 1: of the candidates (CandidateOrder)
///   code           form 1: CompactSize and as many bytes: which candidate each transaction is,
///                  behind the coinbase (encode_places)
///   transactions   whole, in their order: the coinbase, and those that are no candidate
namespace depinsat::bridge::bitcoin {

/// In which order the candidates of a view are listed, the unconfirmed ones first.
enum class CandidateOrder : uint8_t { kArrival, kArrivalReversed, kTxid };
inline constexpr uint8_t kCandidateOrders = 3;

/// A block that stands alone: whoever hears it can have it.
Bytes encode_alone(const Block&);

/// A block for one link, in the order that makes it smallest.
/// @param view  of the memory, for this block.
Bytes encode_for(const MemoryView& view, uint32_t epoch, const Block&);

enum class CodeFault {
    kNone,
    kMalformed,     ///< no coded block
    kMemoryDiffers, ///< this side does not remember what the other one thinks
    kBody,          ///< what comes out is not what the header stands for
};

struct DecodedBlock {
    CodeFault fault = CodeFault::kMalformed;
    bool other_epoch = false;       ///< of the memory, than this side's
    BlockHeader header;             ///< unless kMalformed
    BlockPtr block;                 ///< if kNone: its body has been checked
    std::optional<MemoryView> view; ///< of form 1, unless kMalformed
};

/// @param epoch  of `memory`.
DecodedBlock decode_coded(std::span<const uint8_t>, const LinkMemory& memory, uint32_t epoch);

} // namespace depinsat::bridge::bitcoin
