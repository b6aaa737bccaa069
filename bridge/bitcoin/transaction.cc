#include "bridge/bitcoin/transaction.h"

namespace depinsat::bridge::bitcoin {
namespace {

using Span = std::span<const uint8_t>;

constexpr size_t kLeastInput = 36 + 1 + 4;
constexpr size_t kLeastOutput = 8 + 1;
constexpr Hash256 kNone{};

/// Where the parts of a transaction lie; scripts and witnesses as views into its bytes.
struct Parts {
    Span version, core, lock_time; ///< core: inputs and outputs with their counts
    bool has_witness = false;
    bool null_outpoint = false; ///< of the only input
    std::vector<Hash256> parents;
    std::vector<Span> output_scripts;
    std::vector<Span> first_witness; ///< of the first input
};

void read_inputs(Reader& in, size_t count, Parts& parts)
{
    for (size_t i = 0; i < count && in.ok(); ++i) {
        const Hash256 txid = in.hash();
        const uint32_t index = in.u32();
        parts.null_outpoint = count == 1 && txid == kNone && index == 0xFFFFFFFF;
        if (parts.parents.empty() || parts.parents.back() != txid)
            parts.parents.push_back(txid);
        in.bytes(in.compact_size());
        in.u32();
    }
    std::ranges::sort(parts.parents);
    parts.parents.erase(std::unique(parts.parents.begin(), parts.parents.end()),
                        parts.parents.end());
}

void read_outputs(Reader& in, Parts& parts)
{
    const size_t count = in.count(kLeastOutput);
    for (size_t i = 0; i < count && in.ok(); ++i) {
        in.u64();
        parts.output_scripts.push_back(in.bytes(in.compact_size()));
    }
}

/// @return whether any witness is not empty.
bool read_witnesses(Reader& in, size_t inputs, Parts& parts)
{
    bool any = false;
    for (size_t i = 0; i < inputs && in.ok(); ++i) {
        const size_t items = in.count(1);
        any = any || items > 0;
        for (size_t k = 0; k < items && in.ok(); ++k) {
            const Span item = in.bytes(in.compact_size());
            if (i == 0)
                parts.first_witness.push_back(item);
        }
    }
    return any;
}

Parts read_parts(Reader& in)
{
    Parts parts;
    parts.version = in.bytes(4);
    size_t core_begin = in.position();
    size_t inputs = in.count(kLeastInput);
    if (inputs == 0) { // the marker of BIP144; a flag follows
        if (in.u8() != 1)
            in.fail();
        parts.has_witness = true;
        core_begin = in.position();
        inputs = in.count(kLeastInput);
    }
    if (inputs == 0)
        in.fail();
    read_inputs(in, inputs, parts);
    read_outputs(in, parts);
    if (in.ok())
        parts.core = in.between(core_begin, in.position());
    if (parts.has_witness && !read_witnesses(in, inputs, parts))
        in.fail();
    parts.lock_time = in.bytes(4);
    return parts;
}

Bytes stripped(const Parts& parts)
{
    Bytes bytes;
    bytes.reserve(parts.core.size() + 8);
    Writer(bytes).bytes(parts.version).bytes(parts.core).bytes(parts.lock_time);
    return bytes;
}

} // namespace

TransactionPtr read_transaction(Reader& in)
{
    const size_t begin = in.position();
    Parts parts = read_parts(in);
    if (!in.ok())
        return {};
    const Span whole = in.between(begin, in.position());
    const Bytes core = stripped(parts);
    if (3 * core.size() + whole.size() > kMaxBlockWeight) {
        in.fail();
        return {};
    }
    const auto transaction = std::make_shared<Transaction>();
    transaction->bytes.assign(whole.begin(), whole.end());
    transaction->txid = double_sha256(core);
    transaction->wtxid = parts.has_witness ? double_sha256(whole) : transaction->txid;
    transaction->parents = std::move(parts.parents);
    transaction->parents.shrink_to_fit();
    transaction->weight = uint32_t(3 * core.size() + whole.size());
    transaction->has_witness = parts.has_witness;
    transaction->coinbase = parts.null_outpoint;
    return transaction;
}

TransactionPtr parse_transaction(std::span<const uint8_t> bytes)
{
    Reader in(bytes);
    auto transaction = read_transaction(in);
    return in.at_end() ? transaction : nullptr;
}

std::optional<WitnessCommitment> witness_commitment(const Transaction& coinbase)
{
    static constexpr std::array<uint8_t, 6> kTag{0x6a, 0x24, 0xaa, 0x21, 0xa9, 0xed};
    Reader in(coinbase.bytes);
    const Parts parts = read_parts(in);
    for (size_t i = parts.output_scripts.size(); i-- > 0;) {
        const Span script = parts.output_scripts[i];
        if (script.size() < kTag.size() + 32 ||
            !std::ranges::equal(script.first(kTag.size()), kTag))
            continue;
        WitnessCommitment found{};
        std::ranges::copy(script.subspan(kTag.size(), 32), found.commitment.begin());
        if (parts.first_witness.size() != 1 || parts.first_witness[0].size() != 32)
            return {};
        std::ranges::copy(parts.first_witness[0], found.reserved_value.begin());
        return found;
    }
    return {};
}

} // namespace depinsat::bridge::bitcoin
