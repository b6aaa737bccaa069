#pragma once

#include "bridge/asio.h"
#include "bridge/bitcoin/network.h"
#include "bridge/bitcoin/p2p.h"

#include <deque>
#include <functional>
#include <memory>

namespace depinsat::bridge::bitcoin {

/// What this station says of itself to nodes.
struct Introduction {
    const Network& network;
    uint64_t services = 0;
    std::function<uint32_t()> height; ///< of its best chain
    bool relay = true;                ///< transactions are wanted
};

class Connection;

/// What a connection tells; nothing comes from within a call of its own.
class ConnectionEvents
{
public:
    virtual ~ConnectionEvents() = default;

    /// Both sides have introduced themselves.
    virtual void on_ready(Connection&) = 0;

    /// A message after that, but for pings; its payload is within max_payload().
    /// @return false if it makes no sense: the connection is closed.
    virtual bool
    on_message(Connection&, const std::string& command, std::span<const uint8_t> payload) = 0;

    /// Once, the last that is told; not after close().
    virtual void on_closed(Connection&, const std::string& why) = 0;
};

/// One TCP connection to a node, from the introduction on.
///
/// Bounds    payloads as max_payload() says, in memory as they come; kMaxQueuedBytes to be
///           written; a message kMessageTime and a second for each 16 KiB of it, an
///           introduction kMessageTime, a silence kSilence.
/// Memory    held by its own operations; who wants more of it holds a pointer.
class Connection : public std::enable_shared_from_this<Connection>
{
public:
    static constexpr size_t kMaxQueuedBytes = 32u << 20;
    static constexpr std::chrono::seconds kMessageTime{20};
    static constexpr std::chrono::seconds kSilence{180};

    /// @param outbound  this side speaks first.
    /// @param events    outlives the connection, or its close().
    Connection(tcp::socket, Introduction, bool outbound, ConnectionEvents& events);

    void start();

    /// Queues a message; a node that takes none is dropped.
    void send(std::string_view command, std::span<const uint8_t> payload = {});

    /// Ends it without a word to the events.
    void close();

    bool ready() const { return ready_; }
    const Version& peer() const { return peer_; }
    std::string address() const { return address_; }

    /// What the other side asked for, kept by who uses the connection.
    bool wants_headers = false;      ///< sendheaders: blocks are announced as headers
    bool wants_compact = false;      ///< sendcmpct: blocks are announced as cmpctblock
    uint64_t fee_filter = 0;         ///< feefilter: satoshis per 1000 virtual bytes
    size_t transactions_awaited = 0; ///< getdata without tx yet
    bool headers_synchronised = false;
    unsigned orphan_headers = 0; ///< messages in a row

private:
    void read_header();
    void read_payload();
    void take_message();
    bool take_introduction(const std::string& command);
    void write_next();
    void ping_later();
    void expect(std::chrono::milliseconds time);
    void fail(const std::string& why);

    tcp::socket socket_;
    asio::steady_timer timer_, ping_timer_;
    Introduction introduction_;
    ConnectionEvents* events_; ///< null: closed
    std::string address_;
    bool outbound_;
    bool heard_version_ = false, ready_ = false;
    Version peer_;
    std::array<uint8_t, kFrameHeaderBytes> raw_header_{};
    FrameHeader header_;
    Bytes payload_;
    std::deque<Bytes> queue_;
    size_t queued_bytes_ = 0;
};

} // namespace depinsat::bridge::bitcoin
