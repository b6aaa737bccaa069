#pragma once

#include "adapters.h"
#include "depinsat/fec/reed_solomon.h"
#include "depinsat/fec/tc_bch.h"

/// Kernels of FrameBlock that several codes share.
namespace depinsat::blocks {

inline constexpr unsigned kMostIterations = 1000;

/// Of frames whose length is a parameter: bounds the buffers between blocks.
inline constexpr unsigned kMostFrameBytes = 65536;

/// Most significant bit first, one a byte.
inline void unpack_bits(std::span<const uint8_t> packed, std::span<uint8_t> bits)
{
    for (size_t i = 0; i < bits.size(); ++i)
        bits[i] = packed[i / 8] >> (7 - i % 8) & 1;
}

/// Codewords of whole octets, packed.
template <class Encoder>
struct PackedEncoder {
    Encoder encoder;

    size_t input_size() const { return encoder.code().k / 8; }
    size_t output_size() const { return encoder.code().n / 8; }
    void process(std::span<const uint8_t> message, std::span<uint8_t> codeword)
    {
        encoder.encode(message, codeword);
    }
};

/// Decoders from LLRs to bytes that say how many iterations they took.
template <class Decoder>
struct IterativeDecoder {
    Decoder decoder;
    const char* decoded;
    const char* failed;

    static constexpr RunningParameter kRunning{"max_iterations", 1, kMostIterations};
    void set_running(unsigned max_iterations)
    {
        decoder = Decoder(decoder.code(), max_iterations);
    }

    size_t input_size() const { return decoder.code().n; }
    size_t output_size() const { return decoder.code().k / 8; }
    FrameTag process(std::span<const Llr> codeword, std::span<uint8_t> message)
    {
        const auto iterations = decoder.decode(codeword, message);
        return iterations ? FrameTag{decoded, *iterations} : FrameTag{failed};
    }
};

/// Length of a packet in a tagged stream, as GNU Radio's own blocks expect it: an integer.
inline constexpr const char* kLengthTag = "packet_len";

inline constexpr std::pair<std::string_view, fec::TcBchMode> kTcModes[] = {
    {"correct", fec::TcBchMode::kCorrect},
    {"detect", fec::TcBchMode::kDetect},
};

inline FrameTag to_tag(const fec::ReedSolomonResult& result)
{
    return result.ok() ? FrameTag{"reed_solomon_corrected", result.corrected}
                       : FrameTag{"reed_solomon_failed", result.failed};
}

} // namespace depinsat::blocks
