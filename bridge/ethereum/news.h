#pragma once

#include "bridge/ethereum/block.h"
#include "bridge/ethereum/hex.h"
#include "bridge/ethereum/keccak.h"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// What a gateway tells a user station unasked: a new head, and what its clients ask for again
/// and again as it is in that head's state.
namespace depinsat::bridge::ethereum {

/// A call whose result changes with the head at most, and which both ends remember.
struct Poll {
    std::string call;   ///< {"method", "params"}, as it went over the link
    std::string result; ///< {"result"}, as the user station knows it
    Bytes context;      ///< of receipts: the transaction and its sender
};
inline constexpr size_t kSenderBytes = 20;
inline constexpr const char* kNoResult = R"({"result":null})";

/// The beginning of the hash of a call: 2 bytes; of a receipt's, since there may be
/// thousands, 4.
struct PollId {
    uint32_t value = 0;
    bool is_receipt = false;
    auto operator<=>(const PollId&) const = default;
};

/// Longer results are not remembered.
inline constexpr size_t kMaxPollBytes = 16384;

/// Whether this call is worth remembering: nonces, balances, codes and fees at "latest".
bool is_poll(const Json& call);

/// A poll for the receipt of a transaction.
Poll receipt_poll(const Hash& transaction,
                  std::span<const uint8_t> raw,
                  std::span<const uint8_t> sender);

PollId poll_id(const Poll&);

/// Format: first 4 bytes of the hash of the block before (zeros: none); number of polls (1), of
/// receipts behind them (1); their ids (2 and 4 each); 2 bytes that check the context; then
/// pack_json of a list: the head as code_head gives it, and for each poll null where its result
/// has not changed, else how that differs from what was expected (ethereum/forecast.h,
/// difference.h); with a proof {"d": that, "p": the proof, without what it proves}. The roots
/// of the first proof are not in the head.
struct NewsHeader {
    std::array<uint8_t, 4> before{};
    std::vector<PollId> polls;
    std::array<uint8_t, 2> check{};
    std::span<const uint8_t> rest; ///< points into what was parsed
};

/// What news are made against: the block before (null: none) and the polls in their order, with
/// the results from before; receipts last.
struct NewsContext {
    Json before;
    std::vector<const Poll*> polls;
};

struct News {
    Json head;
    /// Of the polls; none: as before. Those of receipts may have a "proof" (ethereum/proof.h)
    /// beside the "result".
    std::vector<std::optional<std::string>> results;
};

/// A result without its proof, as clients get it.
std::string without_proof(const std::string& result);

Bytes encode_news(const NewsContext&, const News&);
std::optional<NewsHeader> read_news_header(std::span<const uint8_t>);

/// @return nothing if the context is not the one that the news were made against.
std::optional<News> decode_news(const NewsContext&, const NewsHeader&);

std::array<uint8_t, 4> mark_of(const Json& block);

} // namespace depinsat::bridge::ethereum
