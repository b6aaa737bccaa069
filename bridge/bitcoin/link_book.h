#pragma once

#include "bridge/bitcoin/link_memory.h"
#include "bridge/bitcoin/station_wire.h"
#include "bridge/link_driver.h"

#include <functional>
#include <memory>

namespace depinsat::bridge::bitcoin {

/// One end of the memory of a link: sends transactions and blocks, and keeps the book of what
/// arrived.
class LinkBook
{
public:
    /// @param link  outlives this.
    LinkBook(LinkDriver& link, const link::PublicKey& peer);

    uint32_t epoch() const { return state_->epoch; }
    const LinkMemory& memory() const { return state_->memory; }

    /// Forgets everything.
    void begin(uint32_t epoch);

    struct Sending {
        link::Class message_class;
        std::chrono::milliseconds lifetime;
        bool keyed = false; ///< by the wtxid of the last: goes to a new run of the peer, too
    };

    /// Sends transactions in one message, parents first.
    /// @param done  gets whether they arrived; may be empty.
    /// @return bytes of the message; 0 if the link takes none, and `done` is not called.
    size_t send(std::span<const TransactionPtr>,
                const Sending&,
                std::function<void(bool arrived)> done = {});

    /// Takes what the other end sent.
    void received(const Carried&);

    /// Sends a block coded against the memory.
    void send(const Block&, std::chrono::milliseconds lifetime);

    /// The other end's block was rebuilt.
    void rebuilt(const MemoryView& view, const Block& block)
    {
        state_->memory.confirm(view, block.transactions, true);
    }

    /// Sends a body in as many messages as it takes.
    /// @param done  called once with whether all of it arrived; may be empty.
    void send_parts(uint8_t kind,
                    std::span<const uint8_t> body,
                    std::chrono::milliseconds lifetime,
                    const std::function<void(bool arrived)>& done = {});

private:
    /// Outlived by none of the answers of the link.
    struct State {
        uint32_t epoch = 0;
        LinkMemory memory;
    };

    LinkDriver& link_;
    link::PublicKey peer_;
    std::shared_ptr<State> state_ = std::make_shared<State>();
    uint32_t transfer_ = 0;
};

} // namespace depinsat::bridge::bitcoin
