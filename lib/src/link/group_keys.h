#pragma once

#include "depinsat/link/group.h"
#include "depinsat/link/wire_group.h"

#include <optional>
#include <span>
#include <vector>

namespace depinsat::link {

/// Of a sender's program, from its start in a group to its end: no two have the same keys.
struct Run {
    uint32_t number = 0; ///< larger than those before
    std::array<uint8_t, kRunSaltBytes> salt{};

    bool operator==(const Run&) const = default;
};

/// Everything that follows from a group's key for one of its senders.
class GroupKeys
{
public:
    GroupKeys(const Key& group, const PublicKey& sender);

    /// Under which its packets go.
    uint16_t number() const { return number_; }

    /// Names group and sender in the store.
    const std::array<uint8_t, 16>& name() const { return name_; }

    Key key_of(const Run&) const;

    /// BLAKE2b of 16 bytes over an opening up to the MAC, keyed with the group's key.
    std::array<uint8_t, kMacBytes> mac(std::span<const uint8_t> opening) const;

    /// What the signature of an opening is over.
    std::vector<uint8_t> opening_to_sign(const Run&, uint32_t next_counter) const;

    /// What the signature item of a packet is over.
    std::vector<uint8_t>
    items_to_sign(const Run&, uint32_t counter, std::span<const uint8_t> items) const;

private:
    std::vector<uint8_t> context(std::string_view label, const Run&) const;

    Key group_;
    PublicKey sender_;
    uint16_t number_;
    std::array<uint8_t, 16> name_;
};

/// A station's Ed25519 key pair, which follows from its secret key.
class Signer
{
public:
    explicit Signer(const KeyPair&);
    const VerifyKey& verify_key() const { return verify_key_; }
    std::array<uint8_t, kSignatureBytes> sign(std::span<const uint8_t>) const;

private:
    VerifyKey verify_key_;
    Secret<64> secret_;
};

bool verify(const VerifyKey&,
            std::span<const uint8_t> signed_bytes,
            std::span<const uint8_t, kSignatureBytes>);

/// BLAKE2b of 32 bytes over the items of a packet.
using PacketDigest = std::array<uint8_t, 32>;
PacketDigest digest_of_packet(std::span<const uint8_t> items);

/// What stands for a packet in a batch.
std::array<uint8_t, kPacketHashBytes> hash_in_batch(std::span<const uint8_t, kBatchSaltBytes>,
                                                    const PacketDigest&);

std::array<uint8_t, kObjectDigestBytes> digest_of_object(std::span<const uint8_t>);

/// The packet that opens a run, or says again that it is open.
std::vector<uint8_t>
write_opening(const GroupKeys&, const Signer&, const Run&, uint32_t next_counter);

struct GroupOpening {
    Run run;
    uint32_t next_counter = 0;
};

/// @param known  a run that need not be verified again: it is returned only if another.
/// @return nothing if not authentic, or if its run is not later than `known`.
std::optional<GroupOpening> read_opening(const GroupKeys&,
                                         const VerifyKey&,
                                         const std::optional<Run>& known,
                                         std::span<const uint8_t> packet);

} // namespace depinsat::link
