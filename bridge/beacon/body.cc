#include "bridge/beacon/body.h"

#include "bridge/beacon/ssz.h"
#include "bridge/dictionaries/zstd_frame.h"

#include <algorithm>

namespace depinsat::bridge::beacon {
namespace {

enum Coding : uint8_t { kNothing, kPacked, kText, kBinary, kSignedBlock, kCompressed = 0x10 };

constexpr size_t kWorthCompressing = 128;

std::optional<Bytes> decompressed(std::span<const uint8_t> bytes)
{
    auto plain = zstd_decompress(bytes);
    return plain && plain->size() <= kMaxBodyBytes ? std::move(plain) : std::nullopt;
}

void write_coded(uint8_t coding, std::span<const uint8_t> bytes, Writer& out)
{
    if (bytes.size() >= kWorthCompressing) {
        const Bytes smaller = zstd_compress(bytes);
        if (!smaller.empty() && smaller.size() < bytes.size()) {
            out.u8(coding | kCompressed);
            return out.bytes(smaller);
        }
    }
    out.u8(coding);
    out.bytes(bytes);
}

std::span<const uint8_t> bytes_of(std::string_view text)
{
    return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

/// Whether the packed form says what the original says.
bool survives(const Json& json, std::span<const uint8_t> packed, Known& known)
{
    Reader in(packed);
    Json back;
    return unpack(in, known, Keep::kNo, back) == Unpacked::kDone && in.done() &&
           same(json, back);
}

bool write_packed(const std::string& text, Known& known, Keep keep, bool by_hash, Writer& out)
{
    const auto json = parse_json(text);
    if (!json)
        return false;
    Known nothing;
    Writer packed;
    pack(*json, by_hash ? known : nothing, keep, packed);
    const Bytes bytes = packed.take();
    if (!survives(*json, bytes, by_hash ? known : nothing))
        return false;
    write_coded(kPacked, bytes, out);
    return true;
}

constexpr SszBlock kSszBlocks[] = {SszBlock::kBlock, SszBlock::kContents};

bool write_signed_block(std::span<const uint8_t> whole, const Known& known, Writer& out)
{
    for (const std::string& block : known.blocks())
        for (const SszBlock kind : kSszBlocks) {
            const auto signature = signature_of(kind, whole);
            if (!signature || signed_ssz(kind, bytes_of(block), *signature) !=
                                  Bytes(whole.begin(), whole.end()))
                continue;
            out.u8(kSignedBlock);
            out.u8(uint8_t(kind));
            out.bytes(short_hash(bytes_of(block)));
            out.bytes(*signature);
            return true;
        }
    return false;
}

Unpacked read_signed_block(std::span<const uint8_t> bytes, const Known& known, Body& out)
{
    Reader in(bytes);
    const uint8_t kind = in.u8();
    ShortHash hash{};
    std::ranges::copy(in.bytes(hash.size()), hash.begin());
    const auto signature = in.bytes(kSignatureBytes);
    if (!in.done() || kind > uint8_t(SszBlock::kContents))
        return Unpacked::kMalformed;
    const std::string* block = known.find_block(hash);
    if (!block)
        return Unpacked::kUnknown;
    const auto whole =
        signed_ssz(SszBlock(kind), bytes_of(*block), signature.first<kSignatureBytes>());
    if (!whole)
        return Unpacked::kMalformed;
    out = {Content::kBinary, {whole->begin(), whole->end()}};
    return Unpacked::kDone;
}

Unpacked read_packed(std::span<const uint8_t> bytes, Known& known, Keep keep, Body& out)
{
    Reader in(bytes);
    Json json;
    const Unpacked result = unpack(in, known, keep, json);
    if (result != Unpacked::kDone)
        return result;
    if (!in.done())
        return Unpacked::kMalformed;
    out = {Content::kJson, dump(json)};
    return Unpacked::kDone;
}

} // namespace

void write_body(const Body& body, Known& known, Keep keep, bool by_hash, Writer& out)
{
    if (body.content == Content::kNone)
        return out.u8(kNothing);
    if (body.content == Content::kJson && write_packed(body.bytes, known, keep, by_hash, out))
        return;
    if (body.content == Content::kBinary) {
        if (by_hash && write_signed_block(bytes_of(body.bytes), known, out))
            return;
        if (keep == Keep::kYes)
            known.add_block(body.bytes);
    }
    write_coded(body.content == Content::kJson ? kText : kBinary, bytes_of(body.bytes), out);
}

Unpacked read_body(Reader& in, Known& known, Keep keep, Body& out)
{
    const uint8_t coding = in.u8();
    std::span<const uint8_t> bytes = in.bytes(in.rest().size());
    std::optional<Bytes> larger;
    if (coding & kCompressed) {
        larger = decompressed(bytes);
        if (!larger)
            return Unpacked::kMalformed;
        bytes = *larger;
    }
    switch (in.ok() ? coding & ~kCompressed : 0xFF) {
    case kNothing:
        out = {};
        return bytes.empty() ? Unpacked::kDone : Unpacked::kMalformed;
    case kPacked:
        return read_packed(bytes, known, keep, out);
    case kText:
        out = {Content::kJson, {bytes.begin(), bytes.end()}};
        return Unpacked::kDone;
    case kBinary:
        out = {Content::kBinary, {bytes.begin(), bytes.end()}};
        if (keep == Keep::kYes)
            known.add_block(out.bytes);
        return Unpacked::kDone;
    case kSignedBlock:
        return read_signed_block(bytes, known, out);
    default:
        return Unpacked::kMalformed;
    }
}

} // namespace depinsat::bridge::beacon
