#include "bridge/beacon/ssz.h"

#include "bridge/beacon/consensus.h"

#include <algorithm>

namespace depinsat::bridge::beacon {
namespace {

constexpr size_t kAttestationBytes = 8 + 8 + kAttestationDataBytes + kSignatureBytes;
constexpr size_t kSyncMessageBytes = 8 + 32 + 8 + kSignatureBytes;
constexpr size_t kOffsetBytes = 4;
constexpr uint32_t kSignedHeader = kOffsetBytes + kSignatureBytes; // of SignedBeaconBlock
constexpr uint32_t kContentsHeader = 3 * kOffsetBytes;             // of BlockContents

size_t entry_bytes(SszList list)
{
    return list == SszList::kSingleAttestation ? kAttestationBytes : kSyncMessageBytes;
}

void put_little(uint64_t number, unsigned bytes, Bytes& out)
{
    for (unsigned i = 0; i < bytes; ++i)
        out.push_back(uint8_t(number >> 8 * i));
}

uint64_t little(std::span<const uint8_t> bytes)
{
    uint64_t number = 0;
    for (size_t i = bytes.size(); i-- > 0;)
        number = number << 8 | bytes[i];
    return number;
}

std::string decimal(Reader& in)
{
    return std::to_string(little(in.bytes(8)));
}

Checkpoint checkpoint(Reader& in)
{
    const uint64_t epoch = little(in.bytes(8));
    return {epoch, in.root()};
}

AttestationData data(Reader& in)
{
    AttestationData data;
    data.slot = little(in.bytes(8));
    data.index = little(in.bytes(8));
    data.beacon_block_root = in.root();
    data.source = checkpoint(in);
    data.target = checkpoint(in);
    return data;
}

Json attestation(Reader& in)
{
    Json json;
    json["committee_index"] = decimal(in);
    json["attester_index"] = decimal(in);
    json["data"] = to_json(data(in));
    json["signature"] = to_hex(in.bytes(kSignatureBytes));
    return json;
}

Json sync_message(Reader& in)
{
    Json json;
    json["slot"] = decimal(in);
    json["beacon_block_root"] = to_hex(in.bytes(32));
    json["validator_index"] = decimal(in);
    json["signature"] = to_hex(in.bytes(kSignatureBytes));
    return json;
}

std::optional<Bytes> signature_at(const Json& json)
{
    const Json* text = object_at(json, "signature");
    auto bytes = text && text->is_string() ? from_hex(text->get_ref<const std::string&>())
                                           : std::nullopt;
    return bytes && bytes->size() == kSignatureBytes ? bytes : std::nullopt;
}

bool put_attestation(const Json& json, Bytes& out)
{
    const auto committee = decimal_at(json, "committee_index"),
               attester = decimal_at(json, "attester_index");
    const Json* object = object_at(json, "data");
    const auto value = object ? attestation_data(*object) : std::nullopt;
    const auto signature = signature_at(json);
    if (!committee || !attester || !value || !signature || json.size() != 4)
        return false;
    put_little(*committee, 8, out);
    put_little(*attester, 8, out);
    write_ssz(*value, out);
    out.insert(out.end(), signature->begin(), signature->end());
    return true;
}

bool put_sync_message(const Json& json, Bytes& out)
{
    const auto slot = decimal_at(json, "slot"), validator = decimal_at(json, "validator_index");
    const auto root = root_at(json, "beacon_block_root");
    const auto signature = signature_at(json);
    if (!slot || !root || !validator || !signature || json.size() != 4)
        return false;
    put_little(*slot, 8, out);
    out.insert(out.end(), root->begin(), root->end());
    put_little(*validator, 8, out);
    out.insert(out.end(), signature->begin(), signature->end());
    return true;
}

void put_signed(std::span<const uint8_t> block,
                std::span<const uint8_t, kSignatureBytes> signature,
                Bytes& out)
{
    put_little(kSignedHeader, kOffsetBytes, out);
    out.insert(out.end(), signature.begin(), signature.end());
    out.insert(out.end(), block.begin(), block.end());
}

} // namespace

std::optional<Json> json_of_ssz(SszList list, std::span<const uint8_t> bytes)
{
    if (bytes.size() % entry_bytes(list) != 0)
        return {};
    Json json = Json::array();
    Reader in(bytes);
    while (!in.rest().empty())
        json.push_back(list == SszList::kSingleAttestation ? attestation(in)
                                                           : sync_message(in));
    return json;
}

std::optional<Bytes> ssz_of_json(SszList list, const Json& json)
{
    Bytes out;
    const auto put = [&](const Json& entry) {
        return list == SszList::kSingleAttestation ? put_attestation(entry, out)
                                                   : put_sync_message(entry, out);
    };
    if (!json.is_array() || !std::ranges::all_of(json, put))
        return {};
    return out;
}

std::optional<Bytes> signed_ssz(SszBlock kind,
                                std::span<const uint8_t> block,
                                std::span<const uint8_t, kSignatureBytes> signature)
{
    Bytes out;
    if (kind == SszBlock::kBlock) {
        put_signed(block, signature, out);
        return out;
    }
    if (block.size() < kContentsHeader)
        return {};
    const uint64_t first = little(block.first(4)), proofs = little(block.subspan(4, 4)),
                   blobs = little(block.subspan(8, 4));
    if (first != kContentsHeader || proofs < first || blobs < proofs || blobs > block.size())
        return {};
    put_little(first, kOffsetBytes, out);
    put_little(proofs + kSignedHeader, kOffsetBytes, out);
    put_little(blobs + kSignedHeader, kOffsetBytes, out);
    put_signed(block.subspan(first, proofs - first), signature, out);
    const auto rest = block.subspan(proofs);
    out.insert(out.end(), rest.begin(), rest.end());
    return out;
}

std::optional<std::span<const uint8_t, kSignatureBytes>>
signature_of(SszBlock kind, std::span<const uint8_t> signed_block)
{
    const size_t at = (kind == SszBlock::kContents ? kContentsHeader : 0) + kOffsetBytes;
    if (signed_block.size() < at + kSignatureBytes)
        return {};
    return signed_block.subspan(at).first<kSignatureBytes>();
}

} // namespace depinsat::bridge::beacon
