#pragma once

#include "group_keys.h"
#include "object_source.h"
#include "outbox.h"
#include "scheduler_source.h"

#include <deque>
#include <map>
#include <set>

namespace depinsat::link {

/// What this station sends to one group: messages that fit into a packet whole, in copies;
/// longer ones as the symbols of objects.
class GroupOutbox : public SchedulerSource
{
public:
    using Outcomes = Outbox::Outcomes;

    struct Settings {
        double loss;       ///< for which is sent enough
        Time copies_apart; ///< of a whole message
        uint32_t least_run;
    };

    GroupOutbox(const Settings&, const Key& group, const KeyPair& own, Store&);

    const GroupKeys& keys() const { return keys_; }
    void set(const Settings& settings) { settings_ = settings; }

    /// Opens a run if none is open, in the store, too, which is committed.
    void add(MessageId, Message, Time deadline, Time last_chance);

    std::optional<Time> head(Class) const override;
    bool ready() const;
    size_t bytes() const { return bytes_; }

    /// What of a message went into a frame, until its fate is known.
    struct Written {
        MessageId message = 0;
        unsigned packets = 0;
        uint32_t taken = 0;   ///< symbols, or copies
        bool control = false; ///< it describes the object
    };

    /// The frame that is being filled.
    struct Room {
        std::span<uint8_t> free;
        size_t frame_bytes;
        bool shared; ///< other packets than ours may take part of each frame
    };
    /// Writes sealed packets of the message of that class that head() names.
    /// @return bytes, GSE headers included; 0 if there is no room for any.
    size_t write(Class, const Room&, Time now, Written&);

    void sent(const Written&, Outcomes&);
    void not_sent(const Written&);

    void expire(Time now, Outcomes&);
    void release_copies(Time now);
    Time next_timer() const;

private:
    struct Entry {
        Message message; ///< bytes begin with the key, if there is one
        bool keyed;
        Time deadline, due;     ///< due: when expire() looks at it
        unsigned in_flight = 0; ///< frames whose fate is not known
        uint32_t taken = 0;     ///< symbols, or copies, that were not given back
        uint32_t planned = 0;   ///< of those; 0: not yet known

        std::optional<uint32_t> first{}; ///< counter by which it is named
        std::optional<Time> next_copy{}; ///< of a whole message, until it is due
        std::optional<ObjectSource> source{};
        uint32_t packets = 0;       ///< of symbols
        uint32_t symbols_end = 0;   ///< counter behind the last of them
        uint32_t batched_again = 0; ///< batches below this counter were repeated
        bool control_due = true;
    };
    using Entries = std::map<MessageId, Entry>;
    using Place = std::pair<Time, MessageId>;

    void open_run();
    void plan(Entry&, const Room&);
    size_t write_whole(MessageId, Entry&, std::span<uint8_t> room, Time now, Written&);
    size_t write_object(MessageId, Entry&, const Room&, Time now, Written&);
    size_t write_symbols(Entry&, std::span<uint8_t> room, Written&);
    size_t write_control(Entry&, const Room&, Time now, Written&);
    size_t write_opening_to(std::span<uint8_t> room, Time now, Time apart);
    uint32_t batch_from(const Entry&) const;
    bool control_is_due(const Entry&, const Room&) const;
    void begin_object(Entry&);
    size_t put_batch(uint32_t first, uint32_t end, std::span<uint8_t> room);
    size_t sign_and_seal(std::span<uint8_t> packet, size_t items);
    size_t seal_packet(std::span<uint8_t> packet, size_t items);
    void forget_digests();
    void make_ready(MessageId, const Entry&);
    void make_unready(MessageId, const Entry&);
    void set_due(MessageId, Entry&, Time);
    bool over(const Entry&) const;
    Outcome outcome_of(const Entry&) const;
    void tell_if_over(Entries::iterator, Outcomes&);
    void remove(Entries::iterator);

    Settings settings_;
    GroupKeys keys_;
    Signer signer_;
    Store& store_;
    Run run_;
    Key run_key_;
    bool run_open_ = false;
    uint32_t next_counter_ = 0;
    unsigned openings_ = 0;      ///< written in this run
    uint32_t opened_before_ = 0; ///< the counter that was next at the last one
    Time last_opening_{};
    std::deque<PacketDigest> digests_; ///< of the packets before next_counter_
    uint32_t batched_end_ = 0;         ///< counters below it have stood in a batch
    uint16_t next_object_ = 0;
    std::set<uint32_t> objects_; ///< their first counters
    Entries entries_;
    std::array<std::set<Place>, kClasses> ready_;
    std::set<Place> dues_, copies_;
    size_t bytes_ = 0;
};

} // namespace depinsat::link
