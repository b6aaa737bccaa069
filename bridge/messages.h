#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// What bridges say to each other over the link: the wire format of message bodies.
///
/// Request  id (4 bytes), time-out in hundredths of a second (2 bytes), body. Id 0: no answer
/// is
///          wanted.
/// Answer   id (4 bytes), body.
/// Numbers are big-endian. Ids begin at random at every start, so that an answer to an earlier
/// process meets nobody.
namespace depinsat::bridge {

/// link::Message::kind.
enum MessageKind : uint8_t {
    kEthereumRequest = 1,     ///< body: {"method", "params"}, packed (ethereum/packed_json.h)
    kEthereumAnswer = 2,      ///< body: {"result"} or {"error"}, packed
    kEthereumNews = 3,        ///< ethereum/news.h
    kEthereumTransaction = 4, ///< a signed transaction; its key is its hash
    kEthereumVerdict = 5,     ///< first 4 bytes of a hash; {"error"}, packed, if it was refused
    kBeaconRequest = 10,      ///< to kBeaconState: bridge/beacon/wire.h
    kBeaconAnswer = 11,
    kBeaconSubmission = 12,
    kBeaconVerdict = 13,
    kBeaconNews = 14,
    kBeaconHello = 15,
    kBeaconEvent = 16,
    kBeaconState = 17,
    // Bitcoin: bodies are those of bitcoin/station_wire.h
    kBitcoinSubscription = 20,
    kBitcoinHeaders = 21,
    kBitcoinTransactions = 22,
    kBitcoinBlock = 23, ///< parts of what bitcoin/block_code.h makes
    kBitcoinBlockRequest = 24,
    kBitcoinCompact = 25,            ///< parts of a cmpctblock
    kBitcoinTransactionsWanted = 26, ///< a getblocktxn
    kBitcoinBlockTransactions = 27,  ///< parts of a blocktxn
    kBitcoinNotFound = 28,           ///< hash of a block
    kBitcoinHello = 29,              ///< which run of the gateway's program
    kJsonRpcRequest = 30,            ///< body: bridge/json_rpc/wire.h
    kJsonRpcAnswer = 31,
    kJsonRpcKeyed = 32,  ///< a call; its key is the hash of service and call
    kSolanaRequest = 35, ///< body: bridge/json_rpc/wire.h
    kSolanaAnswer = 36,
    kSolanaKeyed = 37,       ///< none is sent: methods of this kind have messages of their own
    kSolanaTransaction = 38, ///< to kSolanaNews: bridge/solana/wire.h
    kSolanaNews = 39,
    kTcpOpen = 40, ///< to kTcpReset: bridge/split_tcp/wire.h
    kTcpData = 41,
    kTcpEnd = 42,
    kTcpCredit = 43,
    kTcpReset = 44,
    kTunPacket = 50,   ///< an IP packet
    kHttpRequest = 45, ///< bridge/http_cache/wire.h
    kHttpAnswer = 46,
    kDictionaryOffer = 60, ///< to kDictionary: bridge/dictionaries/wire.h
    kDictionaryWant = 61,
    kDictionary = 62,
    kBitcoinBroadcast = 65, ///< to a group: parts of a block that stands alone
};

inline constexpr size_t kRequestHeaderBytes = 6;
inline constexpr size_t kAnswerHeaderBytes = 4;

struct Request {
    uint32_t id = 0;
    uint32_t timeout_ms = 0; ///< the client waits as long; rounded up to 10 ms, at most 655350
    std::string body;
};

struct Answer {
    uint32_t id = 0;
    std::string body;
};

std::vector<uint8_t> encode(const Request&);
std::vector<uint8_t> encode(const Answer&);

/// @return nothing if the message is too short for its header.
std::optional<Request> decode_request(std::span<const uint8_t>);
std::optional<Answer> decode_answer(std::span<const uint8_t>);

} // namespace depinsat::bridge
