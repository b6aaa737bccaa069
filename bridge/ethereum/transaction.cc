#include "bridge/ethereum/transaction.h"

#include "bridge/ethereum/rlp.h"

#include <secp256k1.h>
#include <secp256k1_recovery.h>

#include <algorithm>
#include <memory>

namespace depinsat::bridge::ethereum {
namespace {

using Type = Transaction::Type;
using Items = std::vector<RlpItem>;

/// Where the fields stand in the list of each type; -1: it has none.
struct Layout {
    Type type;
    int fields; ///< with the three of the signature, which come last
    int chain_id, nonce, priority_fee, fee, gas, to, value, data;
    int lists; ///< how many fields, right before the signature, are lists
};

constexpr Layout kLayouts[] = {
    {Type::kLegacy, 9, -1, 0, -1, 1, 2, 3, 4, 5, 0},
    {Type::kAccessList, 11, 0, 1, -1, 2, 3, 4, 5, 6, 1},
    {Type::kDynamicFee, 12, 0, 1, 2, 3, 4, 5, 6, 7, 1},
    {Type::kSetCode, 13, 0, 1, 2, 3, 4, 5, 6, 7, 2},
};
constexpr uint8_t kBlobType = 3;
constexpr size_t kMaxFields = 13;

/// The largest number of 64 bits for what is larger.
std::optional<uint64_t> saturated(const RlpItem& item)
{
    if (item.is_list || item.payload.size() > 32 ||
        (!item.payload.empty() && item.payload[0] == 0))
        return {};
    return item.payload.size() > 8 ? UINT64_MAX : *rlp_number(item);
}

/// Right-aligned in 32 bytes.
std::optional<std::array<uint8_t, 32>> scalar(const RlpItem& item)
{
    std::array<uint8_t, 32> out{};
    if (item.is_list || item.payload.size() > 32 || item.payload.empty() ||
        item.payload[0] == 0)
        return {};
    std::ranges::copy(item.payload, out.end() - ptrdiff_t(item.payload.size()));
    return out;
}

const secp256k1_context* context()
{
    static const std::unique_ptr<secp256k1_context, void (*)(secp256k1_context*)> kContext(
        secp256k1_context_create(SECP256K1_CONTEXT_VERIFY), secp256k1_context_destroy);
    return kContext.get();
}

struct Signature {
    std::array<uint8_t, 32> r, s;
    int recovery = 0; ///< 0 or 1
};

/// Of the lower half of the order only (EIP-2): the other half is the same
/// signature again.
std::optional<Address> recover(const Signature& signature, const Hash& message)
{
    std::array<uint8_t, 64> compact;
    std::ranges::copy(signature.r, compact.begin());
    std::ranges::copy(signature.s, compact.begin() + 32);
    secp256k1_ecdsa_signature plain;
    secp256k1_ecdsa_recoverable_signature recoverable;
    secp256k1_pubkey key;
    if (!secp256k1_ecdsa_signature_parse_compact(context(), &plain, compact.data()) ||
        secp256k1_ecdsa_signature_normalize(context(), nullptr, &plain) ||
        !secp256k1_ecdsa_recoverable_signature_parse_compact(
            context(), &recoverable, compact.data(), signature.recovery) ||
        !secp256k1_ecdsa_recover(context(), &key, &recoverable, message.data()))
        return {};
    std::array<uint8_t, 65> point;
    size_t size = point.size();
    secp256k1_ec_pubkey_serialize(context(), point.data(), &size, &key,
                                  SECP256K1_EC_UNCOMPRESSED);
    const Hash hash = keccak256(std::span(point).subspan(1));
    Address address;
    std::copy(hash.begin() + 12, hash.end(), address.begin());
    return address;
}

/// What was signed: the list without the signature, and for EIP-155 with the
/// chain instead.
Hash signing_hash(const Layout& layout, const Items& items, std::optional<uint64_t> chain_id)
{
    Bytes fields;
    for (size_t i = 0; i + 3 < items.size(); ++i)
        fields.insert(fields.end(), items[i].whole.begin(), items[i].whole.end());
    if (layout.type == Type::kLegacy && chain_id) {
        put_rlp_number(fields, *chain_id);
        put_rlp_number(fields, 0);
        put_rlp_number(fields, 0);
    }
    Bytes bytes = rlp_list(fields);
    if (layout.type != Type::kLegacy)
        bytes.insert(bytes.begin(), uint8_t(layout.type));
    return keccak256(bytes);
}

bool read_fields(const Layout& layout, const Items& items, Transaction& out)
{
    const auto nonce = rlp_number(items[size_t(layout.nonce)]);
    const auto gas = rlp_number(items[size_t(layout.gas)]);
    const auto fee = saturated(items[size_t(layout.fee)]);
    const auto priority =
        layout.priority_fee < 0 ? fee : saturated(items[size_t(layout.priority_fee)]);
    const RlpItem& to = items[size_t(layout.to)];
    const bool to_is_good = !to.is_list && (to.payload.empty() || to.payload.size() == 20);
    if (!nonce || !gas || !fee || !priority || !to_is_good ||
        !saturated(items[size_t(layout.value)]) || items[size_t(layout.data)].is_list)
        return false;
    for (size_t i = items.size() - 3 - size_t(layout.lists); i < items.size() - 3; ++i)
        if (!items[i].is_list)
            return false;
    out.nonce = *nonce;
    out.gas_limit = *gas;
    out.max_fee_per_gas = *fee;
    out.max_priority_fee_per_gas = *priority;
    if (!to.payload.empty())
        std::ranges::copy(to.payload, out.to.emplace().begin());
    return layout.type != Type::kSetCode || out.to.has_value();
}

/// Sets the chain, too, which legacy transactions hide in `v`.
std::optional<Signature>
read_signature(const Layout& layout, const Items& items, Transaction& out)
{
    const auto v = rlp_number(items[items.size() - 3]);
    const auto r = scalar(items[items.size() - 2]), s = scalar(items[items.size() - 1]);
    if (!v || !r || !s)
        return {};
    if (layout.type != Type::kLegacy) {
        out.chain_id = rlp_number(items[size_t(layout.chain_id)]);
        if (*v > 1 || !out.chain_id)
            return {};
        return Signature{*r, *s, int(*v)};
    }
    if (*v == 27 || *v == 28)
        return Signature{*r, *s, int(*v - 27)};
    if (*v < 35)
        return {};
    out.chain_id = (*v - 35) / 2;
    return Signature{*r, *s, int((*v - 35) % 2)};
}

} // namespace

std::variant<Transaction, std::string> decode_transaction(std::span<const uint8_t> raw)
{
    using namespace std::string_literals;
    if (raw.empty())
        return "is empty"s;
    if (raw[0] == kBlobType)
        return "is a blob transaction (EIP-4844), which is too large for the link"s;
    const bool legacy = raw[0] >= 0xC0;
    const auto* layout =
        std::ranges::find(kLayouts, legacy ? Type::kLegacy : Type(raw[0]), &Layout::type);
    if (layout == std::end(kLayouts) || (!legacy && raw[0] == 0))
        return "is of a type that is not known"s;
    auto rest = raw.subspan(legacy ? 0 : 1);
    const auto list = take_rlp(rest);
    const auto items = list ? rlp_items(*list, kMaxFields) : std::nullopt;
    if (!items || !rest.empty() || items->size() != size_t(layout->fields))
        return "is no RLP list of the fields of its type"s;
    Transaction out;
    out.type = layout->type;
    out.hash = keccak256(raw);
    if (!read_fields(*layout, *items, out))
        return "has a field that is malformed"s;
    const auto signature = read_signature(*layout, *items, out);
    const auto sender = signature
                            ? recover(*signature, signing_hash(*layout, *items, out.chain_id))
                            : std::nullopt;
    if (!sender)
        return "has no valid signature"s;
    out.sender = *sender;
    return out;
}

} // namespace depinsat::bridge::ethereum
