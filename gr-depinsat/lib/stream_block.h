#pragma once

#include "adapters.h"

/// Blocks around kernels whose output does not come in frames of one size.
namespace depinsat::blocks {

/// What a kernel has put out and GNU Radio has not taken yet.
template <class Out>
class Produced
{
public:
    bool empty() const { return taken_ == items_.size(); }

    /// Room for more items; those that are not used go back.
    std::span<Out> grow(size_t items)
    {
        items_.resize(items_.size() + items);
        return std::span(items_).last(items);
    }
    void give_back(size_t items) { items_.resize(items_.size() - items); }

    void append(std::span<const Out> items)
    {
        items_.insert(items_.end(), items.begin(), items.end());
    }

    /// Tags the next item.
    void tag(const char* key, const pmt::pmt_t& value)
    {
        tags_.push_back({items_.size(), pmt::mp(key), value});
    }
    void tag(FrameTag tag) { this->tag(tag.key, pmt::from_uint64(tag.value)); }

    /// Moves items to `to`, and their tags to `on_tag(index in to, key, value)`.
    /// @return items moved.
    template <class OnTag>
    size_t take(std::span<Out> to, OnTag&& on_tag)
    {
        const size_t count = std::min(to.size(), items_.size() - taken_);
        std::copy_n(items_.begin() + long(taken_), count, to.begin());
        const auto later = std::ranges::find_if(
            tags_, [&](const Tag& tag) { return tag.index >= taken_ + count; });
        for (auto tag = tags_.begin(); tag != later; ++tag)
            on_tag(tag->index - taken_, tag->key, tag->value);
        tags_.erase(tags_.begin(), later);
        taken_ += count;
        if (empty()) {
            for (auto& tag : tags_)
                tag.index -= taken_;
            items_.clear();
            taken_ = 0;
        }
        return count;
    }

private:
    struct Tag {
        size_t index;
        pmt::pmt_t key, value;
    };

    std::vector<Out> items_;
    std::vector<Tag> tags_;
    size_t taken_ = 0;
};

/// Block around a kernel that takes pieces of any size: `kernel.process(input, produced)`, and
/// `kernel.finish(produced)` when the input has ended. Tags of the input end here.
template <class In, class Out, class Kernel>
class StreamBlock : public EndingBlock
{
public:
    StreamBlock(const char* name, Kernel kernel)
        : EndingBlock(name, one_port_of<In>(), one_port_of<Out>()), kernel_(std::move(kernel))
    {
        set_tag_propagation_policy(TPP_DONT);
        take_running_parameter(*this, kernel_);
    }

    int general_work(int noutput,
                     gr_vector_int& ninput,
                     gr_vector_const_void_star& inputs,
                     gr_vector_void_star& outputs) override
    {
        if (needs_input())
            take(input<In>(inputs, std::min(size_t(ninput[0]), kPiece)));
        const auto add_tag = [&](size_t index, const pmt::pmt_t& key, const pmt::pmt_t& value) {
            add_item_tag(0, nitems_written(0) + index, key, value);
        };
        const size_t count = produced_.take(output<Out>(outputs, noutput), add_tag);
        return count == 0 && finished_ ? kWorkDone : int(count);
    }

private:
    static constexpr size_t kPiece = 4096; // bounds what one call puts out

    bool needs_input() const override { return produced_.empty() && !finished_; }

    void take(std::span<const In> in)
    {
        finished_ = input_ends_after(int(in.size()));
        kernel_.process(checked(in, copy_), produced_);
        consume_each(int(in.size()));
        if (finished_)
            kernel_.finish(produced_);
    }

    Kernel kernel_;
    Produced<Out> produced_;
    std::vector<In> copy_;
    bool finished_ = false;
};

template <class In, class Out, class Kernel>
gr::block_sptr make_stream_block(const char* name, Kernel kernel)
{
    return gnuradio::make_block_sptr<StreamBlock<In, Out, Kernel>>(name, std::move(kernel));
}

} // namespace depinsat::blocks
