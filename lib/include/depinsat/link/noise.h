#pragma once

#include "depinsat/link/link.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace depinsat::link {

/// Overwrites secrets so that the compiler cannot leave it out.
void wipe(std::span<uint8_t> secret);

/// Bytes that are overwritten when they go.
template <size_t N>
struct Secret : std::array<uint8_t, N> {
    Secret() : std::array<uint8_t, N>{} {}
    Secret(const Secret&) = default;
    Secret& operator=(const Secret&) = default;
    ~Secret() { wipe(*this); }
};
using Key = Secret<32>;

inline constexpr size_t kTagBytes = 16;

/// ChaCha20-Poly1305 as Noise uses it: the nonce is four zeros and the counter, little endian.
/// `out` is kTagBytes longer than `plain` and may start at the same address.
void seal(const Key&,
          uint64_t counter,
          std::span<const uint8_t> associated,
          std::span<const uint8_t> plain,
          std::span<uint8_t> out);

/// @return false if not authentic; `out`, kTagBytes shorter than `sealed`, then holds zeros.
bool open(const Key&,
          uint64_t counter,
          std::span<const uint8_t> associated,
          std::span<const uint8_t> sealed,
          std::span<uint8_t> out);

/// Shows that whoever made a handshake knows for whom it is, without any curve operation:
/// BLAKE2b of 16 bytes over the packet up to the MAC, keyed with the receiver's public key.
std::array<uint8_t, 16> mac_of_handshake(const PublicKey& receiver,
                                         std::span<const uint8_t> packet);

/// The state that a handshake of Noise mixes its messages into: 25519, ChaChaPoly, BLAKE2b.
///
/// Standard  The Noise Protocol Framework, revision 34, section 5.2.
/// Secrets   wiped when the object goes.
class SymmetricState
{
public:
    struct Pair {
        Key first, second;
    };

    /// @param protocol  its full name, at most 64 bytes.
    explicit SymmetricState(std::string_view protocol);

    void mix_hash(std::span<const uint8_t>);

    /// @return false if the public key is of low order (the shared secret would be zero).
    bool mix_dh(std::span<const uint8_t, 32> secret_key, const PublicKey&);

    void encrypt_and_hash(std::span<const uint8_t> plain, std::vector<uint8_t>& message);
    std::optional<std::vector<uint8_t>> decrypt_and_hash(std::span<const uint8_t> sealed);

    Pair split() const;
    const std::array<uint8_t, 64>& hash() const { return hash_; }

private:
    void mix_key(std::span<const uint8_t> input);

    Secret<64> chaining_key_;
    std::array<uint8_t, 64> hash_{};
    Key key_;
    uint64_t counter_ = 0;
};

/// One handshake Noise_IK_25519_ChaChaPoly_BLAKE2b: both sides prove who they are in two
/// messages; the opener's name is seen by nobody but the answerer.
///
/// Standard  The Noise Protocol Framework, revision 34; pattern IK.
/// Failure   nothing is returned if a message is too short, not authentic, out of turn, or if a
///           public key is of low order (the shared secret would be zero). The object is then
///           of no further use.
/// Secrets   wiped when the object goes.
class NoiseIk
{
public:
    /// Of the finished handshake, one key each way.
    struct Keys {
        Key send, receive;
    };
    static constexpr size_t kFirstOverhead = 32 + 32 + kTagBytes + kTagBytes;
    static constexpr size_t kSecondOverhead = 32 + kTagBytes;

    static NoiseIk
    initiator(const KeyPair& own, const PublicKey& remote, std::span<const uint8_t> prologue);
    static NoiseIk responder(const KeyPair& own, std::span<const uint8_t> prologue);

    /// The next message; the payload of the first one can be read again by whoever gets hold of
    /// the responder's secret key later.
    /// @param ephemeral  fresh from generate_key_pair(), never used twice.
    std::optional<std::vector<uint8_t>> write_message(std::span<const uint8_t> payload,
                                                      const KeyPair& ephemeral);

    /// @return the payload.
    std::optional<std::vector<uint8_t>> read_message(std::span<const uint8_t> message);

    /// Whom the handshake is with; at the responder known after the first message, and to be
    /// looked up before anything is answered.
    const PublicKey& remote() const { return remote_static_; }

    /// After both messages.
    Keys keys() const;
    const std::array<uint8_t, 64>& handshake_hash() const { return state_.hash(); }

private:
    NoiseIk(bool initiator, const KeyPair& own, std::span<const uint8_t> prologue);
    std::optional<std::vector<uint8_t>> read_first(std::span<const uint8_t> message);
    std::optional<std::vector<uint8_t>> read_second(std::span<const uint8_t> message);

    SymmetricState state_{"Noise_IK_25519_ChaChaPoly_BLAKE2b"};
    bool initiator_;
    unsigned step_ = 0; ///< messages done; kBroken after a failure
    KeyPair own_;
    KeyPair ephemeral_{};
    PublicKey remote_static_{}, remote_ephemeral_{};
};

} // namespace depinsat::link
