#include "bridge/bitcoin/order_code.h"

#include "bridge/bitcoin/range_coder.h"

#include <bit>
#include <cstdlib>

namespace depinsat::bridge::bitcoin {
namespace {

/// The places that are not used yet, and how many lie before one (Fenwick tree).
class Unused
{
public:
    explicit Unused(uint32_t size) : sums_(size + 1)
    {
        for (uint32_t i = 1; i <= size; ++i)
            sums_[i] = i & (~i + 1);
    }

    uint32_t before(uint32_t place) const
    {
        uint32_t sum = 0;
        for (uint32_t i = place; i > 0; i &= i - 1)
            sum += sums_[i];
        return sum;
    }

    uint32_t count() const { return before(uint32_t(sums_.size() - 1)); }

    void use(uint32_t place)
    {
        for (uint32_t i = place + 1; i < sums_.size(); i += i & (~i + 1))
            --sums_[i];
    }

    /// The place that has `rank` unused ones before it; rank < count().
    uint32_t select(uint32_t rank) const
    {
        uint32_t place = 0;
        for (uint32_t step = std::bit_floor(uint32_t(sums_.size())); step > 0; step /= 2)
            if (place + step < sums_.size() && sums_[place + step] <= rank) {
                place += step;
                rank -= sums_[place];
            }
        return place;
    }

private:
    std::vector<uint32_t> sums_;
};

enum Step : uint8_t {
    kNext,      ///< the next unused place
    kUnknown,   ///< not of the list
    kJump,      ///< another place; goes on from there
    kExcursion, ///< another place; goes on from where it was
};

/// What both directions of the coder share: models, and where in the list it is.
struct State {
    explicit State(uint32_t size) : unused(size) {}

    Unused unused;
    uint32_t cursor = 0;
    Step last = kNext;

    std::array<BitModel, 4> is_next, is_unknown; ///< by the last step
    BitModel is_excursion;
    std::array<BitModel, 2> is_back;
    std::array<std::array<NumberModel, 2>, 2> distance; ///< by excursion, back

    void take(Step step, uint32_t place)
    {
        last = step;
        if (step == kUnknown)
            return;
        unused.use(place);
        if (step != kExcursion)
            cursor = place + 1;
    }
};

class PlacesEncoder
{
public:
    PlacesEncoder(std::span<const Place> places, uint32_t size) : places_(places), state_(size)
    {}

    Bytes encode()
    {
        for (size_t i = 0; i < places_.size(); ++i)
            put(i);
        return out_.finish();
    }

private:
    void put(size_t index)
    {
        const Place place = places_[index];
        const uint32_t here = state_.unused.before(state_.cursor);
        const uint32_t rank = place ? state_.unused.before(*place) : 0;
        const bool next = place && *place >= state_.cursor && rank == here;
        out_.put(next, state_.is_next[state_.last]);
        if (next)
            return state_.take(kNext, *place);
        out_.put(!place, state_.is_unknown[state_.last]);
        if (!place)
            return state_.take(kUnknown, 0);
        const bool excursion = returns(index);
        const bool back = *place < state_.cursor;
        out_.put(excursion, state_.is_excursion);
        out_.put(back, state_.is_back[excursion]);
        state_.distance[excursion][back].put(out_, back ? here - rank - 1 : rank - here - 1);
        state_.take(excursion ? kExcursion : kJump, *place);
    }

    /// Whether the place behind this one is nearer to the cursor than to this one.
    bool returns(size_t index) const
    {
        for (size_t i = index + 1; i < places_.size(); ++i)
            if (places_[i])
                return std::abs(int64_t(*places_[i]) - int64_t(state_.cursor)) <
                       std::abs(int64_t(*places_[i]) - int64_t(*places_[index]) - 1);
        return false;
    }

    std::span<const Place> places_;
    State state_;
    RangeEncoder out_;
};

class PlacesDecoder
{
public:
    PlacesDecoder(std::span<const uint8_t> code, uint32_t size)
        : state_(size), left_(size), in_(code)
    {}

    /// @return false if there is no such place.
    bool get(Place& place)
    {
        const uint32_t here = state_.unused.before(state_.cursor);
        if (in_.get(state_.is_next[state_.last]))
            return take(kNext, here, place);
        if (in_.get(state_.is_unknown[state_.last])) {
            state_.take(kUnknown, 0);
            return true;
        }
        const bool excursion = in_.get(state_.is_excursion);
        const bool back = in_.get(state_.is_back[excursion]);
        const uint32_t distance = state_.distance[excursion][back].get(in_);
        const int64_t rank = back ? int64_t(here) - 1 - distance : int64_t(here) + 1 + distance;
        return take(excursion ? kExcursion : kJump, rank, place);
    }

private:
    bool take(Step step, int64_t rank, Place& place)
    {
        if (rank < 0 || rank >= left_)
            return false;
        place = state_.unused.select(uint32_t(rank));
        state_.take(step, *place);
        --left_;
        return true;
    }

    State state_;
    int64_t left_;
    RangeDecoder in_;
};

} // namespace

Bytes encode_places(std::span<const Place> places, uint32_t list_size)
{
    return PlacesEncoder(places, list_size).encode();
}

std::optional<std::vector<Place>>
decode_places(std::span<const uint8_t> code, size_t count, uint32_t list_size)
{
    PlacesDecoder decoder(code, list_size);
    std::vector<Place> places(count);
    for (auto& place : places)
        if (!decoder.get(place))
            return {};
    return places;
}

} // namespace depinsat::bridge::bitcoin
