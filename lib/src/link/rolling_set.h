#pragma once

#include <algorithm>
#include <bitset>
#include <cstddef>
#include <cstdint>

namespace depinsat::link {

/// A set of numbers that remembers the latest Window of them: those from end() - Window on.
///
/// Cost  Window bits; insert() and advance() clear what they pass.
template <size_t Window>
class RollingSet
{
public:
    bool empty() const { return end_ == 0; }

    /// One more than the highest number that was ever inserted or passed.
    uint64_t end() const { return end_; }

    /// The lowest number that is remembered.
    uint64_t begin() const { return end_ > Window ? end_ - Window : 0; }

    bool forgotten(uint64_t number) const { return number < begin(); }

    bool contains(uint64_t number) const
    {
        return number >= begin() && number < end_ && bits_[number % Window];
    }

    /// Moves the end up to `end`; what is passed is not in the set.
    void advance(uint64_t end)
    {
        if (end <= end_)
            return;
        if (end - end_ >= Window)
            bits_.reset();
        else
            for (uint64_t passed = end_; passed < end; ++passed)
                bits_.reset(passed % Window);
        end_ = end;
    }

    /// Forgotten numbers are left out.
    void insert(uint64_t number)
    {
        if (forgotten(number))
            return;
        advance(number + 1);
        bits_.set(number % Window);
    }

private:
    uint64_t end_ = 0;
    std::bitset<Window> bits_;
};

} // namespace depinsat::link
