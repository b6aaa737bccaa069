#include "code_kernels.h"
#include "depinsat/fec/cltu.h"
#include "gnuradio/depinsat/codes.h"

#include <gnuradio/tagged_stream_block.h>

namespace depinsat::blocks {
namespace {

class CltuEncoder : public gr::tagged_stream_block
{
public:
    explicit CltuEncoder(bool randomized)
        : gr::tagged_stream_block(
              "cltu_encoder", one_port_of<uint8_t>(), one_port_of<uint8_t>(), kLengthTag),
          randomized_(randomized)
    {
        set_tag_propagation_policy(TPP_DONT);
    }

    int calculate_output_stream_length(const gr_vector_int& ninput) override
    {
        return int(fec::cltu_bytes(size_t(ninput[0])));
    }

    int work(int,
             gr_vector_int& ninput,
             gr_vector_const_void_star& inputs,
             gr_vector_void_star& outputs) override
    {
        const size_t bytes = fec::cltu_bytes(size_t(ninput[0]));
        const bool encoded = fec::encode_cltu(input<uint8_t>(inputs, ninput[0]), randomized_,
                                              output<uint8_t>(outputs, bytes));
        return encoded ? int(bytes) : 0;
    }

private:
    bool randomized_;
};

} // namespace

gr::block_sptr make_cltu_encoder(bool randomized)
{
    return gnuradio::make_block_sptr<CltuEncoder>(randomized);
}

} // namespace depinsat::blocks
