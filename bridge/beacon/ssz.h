#pragma once

#include "bridge/beacon/json.h"

namespace depinsat::bridge::beacon {

/// SSZ of what validator clients post, as the JSON that says the same: lists of these.
enum class SszList {
    kSingleAttestation,    ///< 240 bytes each
    kSyncCommitteeMessage, ///< 144 bytes each
};

/// @return nothing if the bytes are not a whole number of entries.
std::optional<Json> json_of_ssz(SszList, std::span<const uint8_t>);

/// @return nothing unless the value is a list of such entries.
std::optional<Bytes> ssz_of_json(SszList, const Json&);

/// A block of a beacon node, or its contents (block, KZG proofs, blobs), signed.
enum class SszBlock {
    kBlock,    ///< BeaconBlock, BlindedBeaconBlock
    kContents, ///< BlockContents
};
inline constexpr size_t kSignatureBytes = 96;

/// @return nothing if the block is no SSZ of that kind.
std::optional<Bytes> signed_ssz(SszBlock,
                                std::span<const uint8_t> block,
                                std::span<const uint8_t, kSignatureBytes> signature);

/// Where signed_ssz() puts the signature.
/// @return nothing if the bytes are too short.
std::optional<std::span<const uint8_t, kSignatureBytes>>
signature_of(SszBlock, std::span<const uint8_t> signed_block);

} // namespace depinsat::bridge::beacon
