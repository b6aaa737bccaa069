#include "bridge/solana/transaction.h"

#include "bridge/byte_reader.h"

#include <sodium.h>

#include <algorithm>

namespace depinsat::bridge::solana {
namespace {

constexpr uint8_t kVersionBit = 0x80;
constexpr size_t kMaxSignatures = 19; ///< more do not fit into kMaxTransactionBytes

class Reader : public ByteReader
{
public:
    using ByteReader::ByteReader;

    template <class Array>
    Array array()
    {
        Array out{};
        std::ranges::copy(bytes(out.size()), out.begin());
        return out;
    }

    /// A compact-u16: seven bits a byte, the lowest first, and no byte more than it needs.
    size_t length()
    {
        size_t value = 0;
        for (unsigned i = 0; i < 3; ++i) {
            const uint8_t one = u8();
            if ((one == 0 && i > 0) || (i == 2 && one > 3))
                fail();
            value |= size_t(one & 0x7F) << (7 * i);
            if (!(one & 0x80))
                break;
        }
        return ok() ? value : 0;
    }
};

struct Instruction {
    uint8_t program = 0;
    std::span<const uint8_t> accounts, data;
};

struct Message {
    uint8_t required = 0, readonly_signed = 0, readonly_unsigned = 0;
    std::vector<Hash> keys;
    Hash blockhash{};
    std::vector<Instruction> instructions;
    size_t looked_up = 0; ///< further keys, by address lookup tables
};

std::vector<Hash> read_keys(Reader& reader)
{
    std::vector<Hash> keys;
    for (size_t left = reader.length(); left > 0 && reader.ok(); --left)
        keys.push_back(reader.array<Hash>());
    return keys;
}

std::vector<Instruction> read_instructions(Reader& reader)
{
    std::vector<Instruction> all;
    for (size_t left = reader.length(); left > 0 && reader.ok(); --left) {
        Instruction one;
        one.program = reader.u8();
        one.accounts = reader.bytes(reader.length());
        one.data = reader.bytes(reader.length());
        all.push_back(one);
    }
    return all;
}

size_t read_lookups(Reader& reader)
{
    size_t keys = 0;
    for (size_t left = reader.length(); left > 0 && reader.ok(); --left) {
        reader.bytes(std::tuple_size_v<Hash>);
        keys += reader.bytes(reader.length()).size();
        keys += reader.bytes(reader.length()).size();
    }
    return keys;
}

Message read_message(Reader& reader, bool versioned)
{
    Message message;
    message.required = reader.u8();
    message.readonly_signed = reader.u8();
    message.readonly_unsigned = reader.u8();
    message.keys = read_keys(reader);
    message.blockhash = reader.array<Hash>();
    message.instructions = read_instructions(reader);
    if (versioned)
        message.looked_up = read_lookups(reader);
    return message;
}

/// As a node's sanitize(): every index names a key.
bool is_sound(const Message& message)
{
    const size_t fixed = message.keys.size(), all = fixed + message.looked_up;
    if (message.required == 0 || message.readonly_signed >= message.required ||
        size_t(message.required) + message.readonly_unsigned > fixed || all > 256)
        return false;
    return std::ranges::all_of(message.instructions, [&](const Instruction& one) {
        return one.program > 0 && one.program < fixed &&
               std::ranges::all_of(one.accounts, [&](uint8_t index) { return index < all; });
    });
}

/// Whether the first instruction advances a nonce account: System program (all zeros),
/// instruction 4.
bool advances_nonce(const Message& message)
{
    if (message.instructions.empty())
        return false;
    const auto& first = message.instructions.front();
    constexpr uint8_t kAdvance[] = {4, 0, 0, 0};
    return message.keys[first.program] == Hash{} && first.data.size() >= sizeof(kAdvance) &&
           std::equal(std::begin(kAdvance), std::end(kAdvance), first.data.begin());
}

} // namespace

std::variant<Transaction, std::string> decode_transaction(std::span<const uint8_t> raw)
{
    using namespace std::string_literals;
    if (raw.size() > kMaxTransactionBytes)
        return "is longer than 1232 bytes, which no node takes"s;
    Reader reader(raw);
    std::vector<Signature> signatures;
    const size_t count = reader.length();
    if (count == 0 || count > kMaxSignatures)
        return "is malformed, or has no signature"s;
    for (size_t i = 0; i < count; ++i)
        signatures.push_back(reader.array<Signature>());
    const auto signed_bytes = reader.rest();
    const bool versioned = !signed_bytes.empty() && signed_bytes[0] & kVersionBit;
    if (versioned && reader.u8() != kVersionBit)
        return "is of a version that is not known; 0 and legacy ones are"s;
    const Message message = read_message(reader, versioned);
    if (!reader.done() || !is_sound(message) || message.required != count)
        return "is malformed"s;
    for (size_t i = 0; i < count; ++i)
        if (crypto_sign_verify_detached(signatures[i].data(), signed_bytes.data(),
                                        signed_bytes.size(), message.keys[i].data()) != 0)
            return "has a wrong signature"s;
    return Transaction{signatures[0],           message.keys[0], message.blockhash,
                       advances_nonce(message), versioned,       count};
}

link::MessageKey key_of(const Signature& signature)
{
    link::MessageKey key;
    crypto_generichash(key.data(), key.size(), signature.data(), signature.size(), nullptr, 0);
    return key;
}

} // namespace depinsat::bridge::solana
