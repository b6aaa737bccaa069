#include "group_keys.h"

#include <algorithm>
#include <sodium.h>
#include <stdexcept>

namespace depinsat::link {
namespace {

void append(std::vector<uint8_t>& to, std::span<const uint8_t> bytes)
{
    to.insert(to.end(), bytes.begin(), bytes.end());
}

void append(std::vector<uint8_t>& to, std::string_view text)
{
    to.insert(to.end(), text.begin(), text.end());
}

void append(std::vector<uint8_t>& to, uint32_t number)
{
    std::array<uint8_t, 4> bytes;
    write_u32(number, bytes);
    append(to, bytes);
}

template <size_t N, class Out = std::array<uint8_t, N>>
Out blake2b(std::span<const uint8_t> bytes, std::span<const uint8_t> key = {})
{
    Out out;
    crypto_generichash(out.data(), N, bytes.data(), bytes.size(), key.data(), key.size());
    return out;
}

std::vector<uint8_t> labelled(std::string_view label, std::span<const uint8_t> bytes)
{
    std::vector<uint8_t> all;
    append(all, label);
    append(all, bytes);
    return all;
}

constexpr size_t kSignedBytes = kGroupOpeningBytes - kMacBytes;

} // namespace

GroupKeys::GroupKeys(const Key& group, const PublicKey& sender) : group_(group), sender_(sender)
{
    name_ = blake2b<16>(labelled("depinsat group name 1", sender), group);
    const auto number = blake2b<16>(labelled("depinsat group number 1", sender), group);
    number_ = uint16_t((number[0] << 8 | number[1]) % kGroupNumbers);
}

std::vector<uint8_t> GroupKeys::context(std::string_view label, const Run& run) const
{
    auto all = labelled(label, name_);
    append(all, sender_);
    append(all, run.number);
    append(all, run.salt);
    return all;
}

Key GroupKeys::key_of(const Run& run) const
{
    return blake2b<32, Key>(context("depinsat group run 1", run), group_);
}

std::array<uint8_t, kMacBytes> GroupKeys::mac(std::span<const uint8_t> opening) const
{
    return blake2b<kMacBytes>(opening, group_);
}

std::vector<uint8_t> GroupKeys::opening_to_sign(const Run& run, uint32_t next_counter) const
{
    auto all = context("depinsat group opening 1", run);
    append(all, next_counter);
    return all;
}

std::vector<uint8_t>
GroupKeys::items_to_sign(const Run& run, uint32_t counter, std::span<const uint8_t> items) const
{
    auto all = context("depinsat group items 1", run);
    append(all, counter);
    append(all, items);
    return all;
}

Signer::Signer(const KeyPair& keys)
{
    const auto seed =
        blake2b<32, Key>(labelled("depinsat signing key 1", keys.public_key), keys.secret_key);
    crypto_sign_seed_keypair(verify_key_.data(), secret_.data(), seed.data());
}

std::array<uint8_t, kSignatureBytes> Signer::sign(std::span<const uint8_t> bytes) const
{
    std::array<uint8_t, kSignatureBytes> signature;
    crypto_sign_detached(signature.data(), nullptr, bytes.data(), bytes.size(), secret_.data());
    return signature;
}

bool verify(const VerifyKey& key,
            std::span<const uint8_t> signed_bytes,
            std::span<const uint8_t, kSignatureBytes> signature)
{
    return crypto_sign_verify_detached(signature.data(), signed_bytes.data(),
                                       signed_bytes.size(), key.data()) == 0;
}

VerifyKey verify_key_of(const KeyPair& keys)
{
    return Signer(keys).verify_key();
}

Key generate_group_key()
{
    if (sodium_init() < 0)
        throw std::runtime_error("libsodium finds no source of random numbers");
    Key key;
    randombytes_buf(key.data(), key.size());
    return key;
}

PacketDigest digest_of_packet(std::span<const uint8_t> items)
{
    return blake2b<32>(items);
}

std::array<uint8_t, kPacketHashBytes>
hash_in_batch(std::span<const uint8_t, kBatchSaltBytes> salt, const PacketDigest& digest)
{
    std::array<uint8_t, kBatchSaltBytes + 32> all;
    std::ranges::copy(digest, std::ranges::copy(salt, all.begin()).out);
    const auto whole = blake2b<16>(all);
    std::array<uint8_t, kPacketHashBytes> hash;
    std::copy_n(whole.begin(), hash.size(), hash.begin());
    return hash;
}

std::array<uint8_t, kObjectDigestBytes> digest_of_object(std::span<const uint8_t> bytes)
{
    return blake2b<kObjectDigestBytes>(bytes);
}

std::vector<uint8_t> write_opening(const GroupKeys& keys,
                                   const Signer& signer,
                                   const Run& run,
                                   uint32_t next_counter)
{
    std::vector<uint8_t> packet(kDataHeaderBytes);
    write_group_header({keys.number(), kOpeningCounter},
                       std::span(packet).first<kDataHeaderBytes>());
    append(packet, run.number);
    append(packet, run.salt);
    append(packet, next_counter);
    append(packet, signer.sign(keys.opening_to_sign(run, next_counter)));
    append(packet, keys.mac(packet));
    return packet;
}

std::optional<GroupOpening> read_opening(const GroupKeys& keys,
                                         const VerifyKey& verify_key,
                                         const std::optional<Run>& known,
                                         std::span<const uint8_t> packet)
{
    if (packet.size() != kGroupOpeningBytes)
        return std::nullopt;
    const auto mac = keys.mac(packet.first(kSignedBytes));
    if (sodium_memcmp(mac.data(), packet.data() + kSignedBytes, kMacBytes) != 0)
        return std::nullopt;
    auto rest = packet.subspan(kDataHeaderBytes);
    GroupOpening opening;
    opening.run.number = read_u32(rest.first<4>());
    rest = rest.subspan(4);
    std::copy_n(rest.begin(), kRunSaltBytes, opening.run.salt.begin());
    rest = rest.subspan(kRunSaltBytes);
    opening.next_counter = read_u32(rest.first<4>());
    if ((known && opening.run.number <= known->number) ||
        !verify(verify_key, keys.opening_to_sign(opening.run, opening.next_counter),
                rest.subspan<4, kSignatureBytes>()))
        return std::nullopt;
    return opening;
}

} // namespace depinsat::link
