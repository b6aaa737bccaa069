#include "depinsat/core/bits.h"
#include "depinsat/fec/concatenated_code.h"
#include "depinsat/fec/tc_bch.h"
#include "fer/codecs.h"

#include <algorithm>

namespace depinsat::fer {
namespace {

void decide(std::span<const Llr> llrs, std::span<uint8_t> bytes)
{
    std::fill(bytes.begin(), bytes.end(), uint8_t(0));
    for (size_t i = 0; i < llrs.size(); ++i)
        bytes[i / 8] |= uint8_t(llrs[i].hard_bit() << (7 - i % 8));
}

class ConvolutionalCodec : public Codec
{
public:
    ConvolutionalCodec(const fec::ConvolutionalCode& code, size_t message_bytes)
        : message_bytes_(message_bytes),
          encoder_(code),
          decoder_(code, message_bytes),
          coded_(2 * message_bytes + 4)
    {}

    size_t message_bits() const override { return 8 * message_bytes_; }
    size_t coded_bits() const override
    {
        return fec::terminated_bits(encoder_.code(), message_bytes_);
    }

    void encode(std::span<const uint8_t> message, std::span<uint8_t> codeword) override
    {
        encoder_.finish(std::span(coded_).subspan(encoder_.encode(message, coded_)));
        std::copy_n(coded_.begin(), bytes_of_bits(coded_bits()), codeword.begin());
    }

    Result decode(std::span<const Llr> llrs, std::span<uint8_t> message) override
    {
        return {decoder_.decode(llrs, message), 0};
    }

private:
    size_t message_bytes_;
    fec::ConvolutionalEncoder encoder_;
    fec::ViterbiDecoder decoder_;
    std::vector<uint8_t> coded_;
};

class ReedSolomonCodec : public Codec
{
public:
    explicit ReedSolomonCodec(const fec::ReedSolomonCode& code)
        : encoder_(code), decoder_(code), codeblock_(code.codeblock_bytes())
    {}

    size_t message_bits() const override { return 8 * encoder_.code().data_bytes(); }
    size_t coded_bits() const override { return 8 * codeblock_.size(); }

    void encode(std::span<const uint8_t> message, std::span<uint8_t> codeword) override
    {
        encoder_.encode(message, codeword.first(codeblock_.size()));
    }

    Result decode(std::span<const Llr> llrs, std::span<uint8_t> message) override
    {
        decide(llrs, codeblock_);
        const auto result = decoder_.decode(codeblock_);
        std::copy_n(codeblock_.begin(), message.size(), message.begin());
        return {result && result->ok(), 0};
    }

private:
    fec::ReedSolomonEncoder encoder_;
    fec::ReedSolomonDecoder decoder_;
    std::vector<uint8_t> codeblock_;
};

class ConcatenatedCodec : public Codec
{
public:
    ConcatenatedCodec(const fec::ReedSolomonCode& outer, const fec::ConvolutionalCode& inner)
        : data_bytes_(outer.data_bytes()), encoder_(outer, inner), decoder_(outer, inner)
    {}

    size_t message_bits() const override { return 8 * data_bytes_; }
    size_t coded_bits() const override { return encoder_.frame_bits(); }

    void encode(std::span<const uint8_t> message, std::span<uint8_t> codeword) override
    {
        encoder_.encode(message, codeword.first(encoder_.frame_bytes()));
    }

    Result decode(std::span<const Llr> llrs, std::span<uint8_t> message) override
    {
        const auto result = decoder_.decode(llrs, message);
        return {result && result->ok(), 0};
    }

private:
    size_t data_bytes_;
    fec::ConcatenatedEncoder encoder_;
    fec::ConcatenatedDecoder decoder_;
};

class TcBchCodec : public Codec
{
public:
    size_t message_bits() const override { return 8 * fec::kTcBchInformation; }
    size_t coded_bits() const override { return 8 * fec::kTcBchCodeblock; }

    void encode(std::span<const uint8_t> message, std::span<uint8_t> codeword) override
    {
        std::copy(message.begin(), message.end(), codeword.begin());
        codeword[fec::kTcBchInformation] =
            fec::tc_bch_parity(message.first<fec::kTcBchInformation>());
    }

    Result decode(std::span<const Llr> llrs, std::span<uint8_t> message) override
    {
        std::array<uint8_t, fec::kTcBchCodeblock> codeblock;
        decide(llrs, codeblock);
        const auto corrected = fec::tc_bch_decode(codeblock, fec::TcBchMode::kCorrect);
        std::copy_n(codeblock.begin(), message.size(), message.begin());
        return {corrected.has_value(), 0};
    }
};

} // namespace

std::unique_ptr<Codec> make_convolutional_codec(const fec::ConvolutionalCode& code,
                                                size_t message_bytes)
{
    return std::make_unique<ConvolutionalCodec>(code, message_bytes);
}

std::unique_ptr<Codec> make_reed_solomon_codec(const fec::ReedSolomonCode& code)
{
    return std::make_unique<ReedSolomonCodec>(code);
}

std::unique_ptr<Codec> make_concatenated_codec(const fec::ReedSolomonCode& outer,
                                               const fec::ConvolutionalCode& inner)
{
    return std::make_unique<ConcatenatedCodec>(outer, inner);
}

std::unique_ptr<Codec> make_tc_bch_codec()
{
    return std::make_unique<TcBchCodec>();
}

} // namespace depinsat::fer
