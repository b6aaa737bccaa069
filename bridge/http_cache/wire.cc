#include "bridge/http_cache/wire.h"

#include "bridge/byte_reader.h"
#include "bridge/http_status.h"

#include <algorithm>

namespace depinsat::bridge::http_cache {
namespace {

enum Kind : uint8_t { kUnchanged = 1, kReply = 2, kFailure = 3 };

void put(Bytes& out, uint64_t value, unsigned bytes)
{
    while (bytes-- > 0)
        out.push_back(uint8_t(value >> (8 * bytes)));
}

/// @param bytes  of its length.
void put(Bytes& out, std::string_view text, unsigned bytes)
{
    text = text.substr(0, (size_t(1) << (8 * bytes)) - 1);
    put(out, text.size(), bytes);
    out.insert(out.end(), text.begin(), text.end());
}

class Reader : public ByteReader
{
public:
    using ByteReader::ByteReader;

    std::string text(unsigned bytes_of_length)
    {
        const auto taken = bytes(number(bytes_of_length));
        return {taken.begin(), taken.end()};
    }
};

std::string text_of(std::span<const uint8_t> bytes)
{
    return {bytes.begin(), bytes.end()};
}

/// What goes into a header of HTTP has no control characters.
bool is_printable(std::string_view text)
{
    return std::ranges::none_of(text, [](char c) { return uint8_t(c) < 0x20 || c == 0x7F; });
}

Reply read_reply(Reader& reader)
{
    Reply reply;
    reply.status = uint16_t(reader.number(2));
    reply.store = reader.number(1);
    reply.fresh_s = uint32_t(reader.number(4));
    for (std::string* text : {&reply.type, &reply.tag, &reply.modified})
        *text = reader.text(1);
    reply.location = reader.text(2);
    reply.packed.assign(reader.rest().begin(), reader.rest().end());
    return reply;
}

} // namespace

Bytes encode(const Question& question)
{
    Bytes out;
    out.reserve(64);
    put(out, question.has.has_value(), 1);
    if (question.has)
        out.insert(out.end(), question.has->begin(), question.has->end());
    put(out, question.service, 1);
    out.insert(out.end(), question.target.begin(), question.target.end());
    return out;
}

std::optional<Question> decode_question(std::span<const uint8_t> bytes)
{
    Reader reader(bytes);
    Question question;
    const auto has = reader.number(1);
    if (has > 1)
        return {};
    if (has) {
        const auto hash = reader.bytes(sizeof(ContentHash));
        std::ranges::copy(hash, question.has.emplace().begin());
    }
    question.service = reader.text(1);
    question.target = text_of(reader.rest());
    if (!reader.ok() || !question.target.starts_with('/') ||
        question.target.size() > kMaxTarget || !is_printable(question.target) ||
        question.target.find(' ') != std::string::npos)
        return {};
    return question;
}

Bytes encode(const AnswerBody& body)
{
    Bytes out;
    out.reserve(64);
    if (const auto* unchanged = std::get_if<Unchanged>(&body)) {
        out.push_back(kUnchanged);
        put(out, unchanged->fresh_s, 4);
        put(out, unchanged->tag, 1);
    } else if (const auto* reply = std::get_if<Reply>(&body)) {
        out.push_back(kReply);
        put(out, reply->status, 2);
        out.push_back(uint8_t(reply->store));
        put(out, reply->fresh_s, 4);
        for (const std::string* text : {&reply->type, &reply->tag, &reply->modified})
            put(out, *text, 1);
        put(out, reply->location, 2);
        out.insert(out.end(), reply->packed.begin(), reply->packed.end());
    } else {
        const auto& failure = std::get<Failure>(body);
        out.push_back(kFailure);
        put(out, failure.status, 2);
        out.insert(out.end(), failure.why.begin(), failure.why.end());
    }
    return out;
}

std::optional<AnswerBody> decode_answer_body(std::span<const uint8_t> bytes)
{
    Reader reader(bytes);
    switch (reader.number(1)) {
    case kUnchanged: {
        Unchanged unchanged{uint32_t(reader.number(4)), reader.text(1)};
        if (!reader.done() || !is_printable(unchanged.tag))
            return {};
        return unchanged;
    }
    case kReply: {
        Reply reply = read_reply(reader);
        const bool printable = is_printable(reply.type + reply.tag + reply.modified) &&
                               is_printable(reply.location);
        // Nothing is packed as one byte.
        const bool fits = !has_no_body(reply.status) || reply.packed.size() <= 1;
        if (!reader.ok() || !is_final_status(reply.status) || !fits || !printable ||
            reply.location.size() > kMaxLocation)
            return {};
        return reply;
    }
    case kFailure: {
        Failure failure;
        failure.status = uint16_t(reader.number(2));
        failure.why = text_of(reader.rest());
        if (!reader.ok() || failure.status < 400 || !is_final_status(failure.status))
            return {};
        return failure;
    }
    default:
        return {};
    }
}

} // namespace depinsat::bridge::http_cache
