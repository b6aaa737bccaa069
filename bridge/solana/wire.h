#pragma once

#include "bridge/solana/transaction.h"

/// What the two ends of Solana's bridge say to each other beside calls. Numbers are big-endian.
///
/// Transaction  a message with a key: a byte, 1 for skipPreflight, plus 2 times the
///              preflightCommitment; the signed transaction.
/// News         what (1 byte), the first 8 bytes of the key, then: of refused the error object
/// as
///              text; of a status slot (8), commitment (1), confirmations (1, 255: none told),
///              the error as text if there is one.
namespace depinsat::bridge::solana {

enum class Commitment : uint8_t { kProcessed, kConfirmed, kFinalized };

/// @return nothing for a word that is none.
std::optional<Commitment> to_commitment(std::string_view);
const char* to_string(Commitment);

struct Sending {
    bool skip_preflight = false;
    Commitment preflight = Commitment::kFinalized;
    Bytes raw;
};

struct Status {
    uint64_t slot = 0;
    Commitment commitment = Commitment::kProcessed;
    uint8_t confirmations = 255;
    std::string error; ///< JSON; empty: none
    bool operator==(const Status&) const = default;
};

struct News {
    enum class What : uint8_t { kAccepted, kRefused, kStatus, kExpired };
    using Mark = std::array<uint8_t, 8>;

    What what = What::kAccepted;
    Mark mark{};       ///< of the key
    std::string error; ///< of kRefused
    Status status;     ///< of kStatus
};

News::Mark mark_of(const link::MessageKey&);

Bytes encode(const Sending&);
Bytes encode(const News&);

/// @return nothing if it is malformed.
std::optional<Sending> decode_sending(std::span<const uint8_t>);
std::optional<News> decode_news(std::span<const uint8_t>);

} // namespace depinsat::bridge::solana
