#pragma once

#include "depinsat/framing/bbheader.h"
#include "depinsat/framing/modcod.h"
#include "depinsat/waveform/dvbs2_receiver.h"
#include "depinsat/waveform/dvbs2_transmitter.h"

#include <gnuradio/block.h>
#include <gnuradio/io_signature.h>
#include <gnuradio/sptr_magic.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <span>
#include <sstream>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

/// From GNU Radio's buffers and words to those of the kernels.
namespace depinsat::blocks {

/// Items of one port as a span.
template <class T>
std::span<const T> input(const gr_vector_const_void_star& items, size_t count, size_t port = 0)
{
    return {static_cast<const T*>(items[port]), count};
}
template <class T>
std::span<T> output(const gr_vector_void_star& items, size_t count, size_t port = 0)
{
    return {static_cast<T*>(items[port]), count};
}

inline gr::io_signature::sptr no_ports()
{
    return gr::io_signature::make(0, 0, 0);
}

template <class T>
gr::io_signature::sptr one_port_of()
{
    return gr::io_signature::make(1, 1, sizeof(T));
}

/// Items of the smallest output buffer that is not slower than it need be: samples that wait in
/// it can no longer be overtaken.
inline constexpr long kLeastOutputBuffer = 1024;

/// How long work() may wait for another process: GNU Radio can stop a block between two calls.
inline constexpr std::chrono::milliseconds kLongestWait{10};

/// Block of one input that takes pieces of any size and is told when its input has ended.
///
/// GNU Radio ends a block without a last call when its input is done and forecast() asks for
/// more than is there: so this one asks for nothing then, and finishes by itself (kWorkDone).
class EndingBlock : public gr::block
{
public:
    using gr::block::block;
    static constexpr int kWorkDone = WORK_DONE;

    void forecast(int, gr_vector_int& ninput) override
    {
        ninput[0] = needs_input() && !upstream_done() ? 1 : 0;
    }

protected:
    /// Whether work() can put out nothing before more input comes.
    virtual bool needs_input() const = 0;

    /// Whether the `available` items that work() was given are the last ones; to be asked
    /// before any of them is consumed.
    bool input_ends_after(int available) const;

    /// Tags the next output item.
    void tag_here(const char* key, const pmt::pmt_t& value)
    {
        add_item_tag(0, nitems_written(0), pmt::mp(key), value);
    }

private:
    bool upstream_done() const;
};

/// What a stage says of a frame, at the first item that it puts out for it.
struct FrameTag {
    const char* key;
    uint64_t value = 0;
};

/// A number that a message changes while the flowgraph runs: an integer on the port `key`.
struct RunningParameter {
    const char* key;
    unsigned least, most;
};

/// Calls `set` with each number that comes, between two calls of work(); others are ignored
/// with a warning.
void take_numbers(gr::block& block, RunningParameter, std::function<void(unsigned)> set);

/// Kernels that have such a parameter name it and take it.
template <class Kernel>
void take_running_parameter(gr::block& block, Kernel& kernel)
{
    if constexpr (requires { kernel.set_running(1u); })
        take_numbers(block, Kernel::kRunning, [&kernel](unsigned n) { kernel.set_running(n); });
}

/// Items as the kernels want them: -128 is no LLR (types.h), but blocks that saturate put it
/// out.
template <class T>
std::span<const T> checked(std::span<const T> items, std::vector<T>& copy)
{
    if constexpr (std::is_same_v<T, Llr>) {
        copy.resize(items.size());
        std::ranges::transform(items, copy.begin(),
                               [](Llr llr) { return Llr::saturate(llr.value); });
        return copy;
    } else {
        return items;
    }
}

/// Stream block around a kernel that turns input_size() items into output_size() items:
/// `kernel.process(input, output)`, which returns nothing or a FrameTag.
///
/// For single stages in flowgraphs that people draw. GNU Radio gives each such block a buffer
/// of several frames, so a chain of them holds many: a station uses dvbs2_transmitter.
template <class In, class Out, class Kernel>
class FrameBlock : public gr::block
{
public:
    FrameBlock(const char* name, Kernel kernel)
        : gr::block(name, one_port_of<In>(), one_port_of<Out>()), kernel_(std::move(kernel))
    {
        set_output_multiple(int(kernel_.output_size()));
        set_relative_rate(kernel_.output_size(), kernel_.input_size());
        take_running_parameter(*this, kernel_);
    }

    void forecast(int noutput, gr_vector_int& ninput) override
    {
        ninput[0] = int(noutput / kernel_.output_size() * kernel_.input_size());
    }

    int general_work(int noutput,
                     gr_vector_int& ninput,
                     gr_vector_const_void_star& inputs,
                     gr_vector_void_star& outputs) override
    {
        const size_t n_in = kernel_.input_size(), n_out = kernel_.output_size();
        const size_t frames = std::min(noutput / n_out, ninput[0] / n_in);
        const auto in = checked(input<In>(inputs, frames * n_in), copy_);
        const auto out = output<Out>(outputs, frames * n_out);
        for (size_t i = 0; i < frames; ++i)
            process(in.subspan(i * n_in, n_in), out.subspan(i * n_out, n_out),
                    nitems_written(0) + i * n_out);
        consume_each(int(frames * n_in));
        return int(frames * n_out);
    }

private:
    void process(std::span<const In> in, std::span<Out> out, uint64_t offset)
    {
        if constexpr (std::is_void_v<decltype(kernel_.process(in, out))>) {
            kernel_.process(in, out);
        } else {
            const FrameTag tag = kernel_.process(in, out);
            add_item_tag(0, offset, pmt::mp(tag.key), pmt::from_uint64(tag.value));
        }
    }

    Kernel kernel_;
    std::vector<In> copy_;
};

template <class In, class Out, class Kernel>
gr::block_sptr make_frame_block(const char* name, Kernel kernel)
{
    return gnuradio::make_block_sptr<FrameBlock<In, Out, Kernel>>(name, std::move(kernel));
}

/// The value of that name in a table.
/// @throws std::invalid_argument naming the key and the allowed values.
template <class Key, class Value, size_t N, class Given>
Value look_up(const char* key, const std::pair<Key, Value> (&table)[N], const Given& given)
{
    std::ostringstream allowed;
    for (const auto& [name, value] : table) {
        if (name == given)
            return value;
        allowed << (allowed.tellp() > 0 ? ", " : "") << name;
    }
    std::ostringstream what;
    what << key << ": " << given << " is not one of " << allowed.str();
    throw std::invalid_argument(what.str());
}

/// @throws std::invalid_argument naming the key and the allowed values.
framing::FrameSize parse_frame_size(const std::string& name);
framing::StreamType parse_stream_type(const std::string& name);
std::string_view name_of(framing::StreamType);

/// Of a single stage: not of VL-SNR.
const framing::Modcod& parse_modcod(const std::string& modcod, const std::string& frame_size);

/// Of a transmitter, which sends every MODCOD.
const framing::Modcod&
parse_modcod(const std::string& modcod, const std::string& frame_size, bool pilots);

/// @throws std::invalid_argument if it is of VL-SNR and there are no pilots.
void require_can_be_sent(const framing::Modcod&, bool pilots);

void require_rolloff(double rolloff);

void require_receiver_config(const waveform::Dvbs2ReceiverConfig&);

/// @throws std::invalid_argument naming the key and the allowed values unless least <= value <=
/// most; NaN fails.
void require_range(const char* key, double value, double least, double most);

/// @param parameters  of a transmitter block.
template <class Parameters>
waveform::Dvbs2TransmitterConfig make_transmitter_config(const Parameters& parameters)
{
    require_rolloff(parameters.rolloff);
    require_range("samples_per_symbol", parameters.samples_per_symbol, 1, 8);
    require_range("pl_scrambling_n", parameters.pl_scrambling_n, 0, 262141);
    return {parameters.rolloff, parameters.samples_per_symbol, parameters.pl_scrambling_n,
            parameters.predistortion, parameters.predistortion_gain};
}

} // namespace depinsat::blocks
