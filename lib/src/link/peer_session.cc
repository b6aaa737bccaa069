// How a peer opens sessions and answers openings, and what of that outlives the program.
#include "peer.h"

#include <algorithm>
#include <sodium.h>

namespace depinsat::link {
namespace {

// Openings that nobody answers before the time stamps leap.
constexpr unsigned kPatience = 4;

constexpr size_t kRecordBytes = kTimeStampBytes + kCookieBytes;

// How far the next time stamp lies beyond the one after the largest. An opener whose clock ran
// fast, or whose disk is an old copy, may have used larger ones than it knows, and the gateway
// does not tell. Each opening in a row that is not answered by somebody who is heard doubles
// it, so that any stamp below 2^63 ns is passed in 40 openings; from there on it is at most
// 2^20, of which there are more than enough.
uint64_t leap(unsigned unanswered, uint64_t largest)
{
    if (unanswered < kPatience)
        return 0;
    const unsigned doublings = unanswered - kPatience;
    return largest >> 63 ? uint64_t(1) << std::min(doublings, 20u)
                         : uint64_t(1) << (30 + std::min(doublings, 31u));
}

} // namespace

SessionIndex Context::new_index(Peer& peer)
{
    for (;;) // kMaxPeers use less than two thirds of them
        if (const auto index = uint16_t(randombytes_uniform(kSessionIndices));
            !indices.find(index))
            return indices.add(index, peer);
}

// The instance is drawn for each peer: one that is listed again, too, finds that everything
// starts from nothing. From disk come the largest time stamp, and the cookie: at an opener the
// one that it was given, at an answerer the one that it gave.
void Peer::start_from_record()
{
    randombytes_buf(&instance_, sizeof(instance_));
    const auto record = context_.store.get(Record::kTimeStamp, key_);
    if (!record || record->size() != kRecordBytes)
        return;
    for (size_t i = 0; i < kTimeStampBytes; ++i)
        time_stamp_ = time_stamp_ << 8 | (*record)[i];
    Cookie cookie;
    std::copy_n(record->begin() + kTimeStampBytes, kCookieBytes, cookie.begin());
    if (cookie == Cookie{})
        return;
    if (context_.config.initiator)
        cookie_ = cookie;
    else if (!context_.guard.cookies.find(name_of(cookie))) // as no honest disk has it twice
        given_ = {context_.guard.cookies.add(name_of(cookie), *this), cookie};
}

void Peer::save_opening_record()
{
    Secret<kRecordBytes> record;
    for (size_t i = 0; i < kTimeStampBytes; ++i)
        record[i] = uint8_t(time_stamp_ >> 8 * (kTimeStampBytes - 1 - i));
    const Cookie* cookie = cookie_ ? &*cookie_ : given_ ? &given_->cookie : nullptr;
    if (cookie)
        std::ranges::copy(*cookie, record.begin() + kTimeStampBytes);
    context_.store.put(Record::kTimeStamp, key_, record);
}

uint64_t Peer::next_time_stamp(Time now) const
{
    const Time unix_time = context_.wall.offset ? now + *context_.wall.offset : Time::zero();
    const uint64_t clock = uint64_t(std::max<Time::rep>(unix_time.count(), 0));
    return std::max(clock, time_stamp_ + 1 + leap(unanswered_, time_stamp_));
}

// The record is on disk before the opening is on air: a frame is filled after a commit.
void Peer::open_session(Time now)
{
    if (opener_.active() && opener_.was_sent() && hears(now))
        ++unanswered_;
    time_stamp_ = next_time_stamp(now);
    save_opening_record();
    opener_.start(context_.identity, {key_, instance_, time_stamp_, cookie_},
                  context_.new_index(*this), now, timeout());
}

bool Peer::receive_answer(std::span<const uint8_t> packet, Time now)
{
    if (!opener_.is_answer(context_.identity.keys.public_key, packet) ||
        !context_.guard.budget.take(now))
        return false;
    auto opened = opener_.finish(packet);
    if (!opened)
        return false;
    cookie_ = opened->cookie;
    unanswered_ = 0;
    save_opening_record();
    install(std::move(opened->session), now);
    for (Lane& lane : lanes_) // the answerer uses the session from our first packet on
        lane.ping_wanted = true;
    return true;
}

bool Peer::gave_cookie_of(std::span<const uint8_t> opening) const
{
    const auto gave = [&](const Answerer::Given& given) {
        return given.name.name() == cookie_shown(opening) && shows(given.cookie, opening);
    };
    return (given_ && gave(*given_)) ||
           std::ranges::any_of(answerer_.candidates(),
                               [&](const auto& candidate) { return gave(candidate.given); });
}

bool Peer::answer(Opening opening, const OpeningName& name, Time now)
{
    if (opening.time_stamp <= time_stamp_)
        return false;
    time_stamp_ = opening.time_stamp;
    save_opening_record();
    Answerer::Given given;
    randombytes_buf(given.cookie.data(), given.cookie.size());
    given.name = context_.guard.cookies.add(name_of(given.cookie), *this);
    answerer_.answer(std::move(opening), context_.guard.answered.add(name, *this),
                     std::move(given), context_.new_index(*this), instance_, now);
    return true;
}

void Peer::forget_session()
{
    for (Lane& lane : lanes_)
        give_back(lane.log.clear());
    session_.reset();
    opener_.stop();
    all_down();
}

void Peer::leave()
{
    Outbox::Outcomes outcomes;
    outbox_.end(outcomes);
    report(outcomes);
    all_down();
    context_.store.erase(Record::kTimeStamp, key_);
}

} // namespace depinsat::link
