"""Pipelines of diffusers with a few thousand random weights, saved as their makers' are: real code, in seconds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

WORDS = 512  # tokens that encoders are given, filled up


def tokenizer(chat: bool = False) -> Any:
    """Knows printable ASCII, one token a character."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    signs = ["<pad>", "</s>", "<unk>", *(chr(code) for code in range(32, 127))]
    whole = Tokenizer(models.WordLevel({sign: id for id, sign in enumerate(signs)}, unk_token="<unk>"))
    whole.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    whole.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 1)])
    made = PreTrainedTokenizerFast(tokenizer_object=whole, pad_token="<pad>", eos_token="</s>", unk_token="<unk>")
    if chat:
        made.chat_template = "{% for message in messages %}{{ message['content'] }}{% endfor %}"
    return made


def _umt5() -> Any:
    from transformers import UMT5Config, UMT5EncoderModel

    return UMT5EncoderModel(UMT5Config(vocab_size=128, d_model=16, d_kv=8, d_ff=32, num_layers=1, num_heads=2))


def _vae() -> Any:
    from diffusers import AutoencoderKLWan

    return AutoencoderKLWan(
        base_dim=3, z_dim=16, dim_mult=[1, 1, 1, 1], num_res_blocks=1, temperal_downsample=[False, True, True]
    )


def _unipc() -> Any:
    from diffusers import UniPCMultistepScheduler

    return UniPCMultistepScheduler(prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=3.0)


_WAN: dict[str, Any] = {
    "patch_size": (1, 2, 2), "num_attention_heads": 2, "attention_head_dim": 12, "out_channels": 16, "text_dim": 16,
    "freq_dim": 32, "ffn_dim": 32, "num_layers": 2, "cross_attn_norm": True, "qk_norm": "rms_norm_across_heads",
    "rope_max_seq_len": 64,
}  # fmt: skip


def wan_image_to_video() -> Any:
    from diffusers import WanImageToVideoPipeline, WanTransformer3DModel

    return WanImageToVideoPipeline(  # with two transformers, as Wan 2.2 has
        tokenizer=tokenizer(), text_encoder=_umt5(), vae=_vae(), scheduler=_unipc(), boundary_ratio=0.9,
        transformer=WanTransformer3DModel(in_channels=36, **_WAN),
        transformer_2=WanTransformer3DModel(in_channels=36, **_WAN),
    )  # fmt: skip


def wan_vace() -> Any:
    from diffusers import WanVACEPipeline, WanVACETransformer3DModel

    return WanVACEPipeline(
        tokenizer=tokenizer(), text_encoder=_umt5(), vae=_vae(), scheduler=_unipc(),
        transformer=WanVACETransformer3DModel(in_channels=16, vace_layers=[0], vace_in_channels=96, **_WAN),
    )  # fmt: skip


def wan_animate_2() -> Any:
    from diffusers import (
        FlowMatchEulerDiscreteScheduler,
        WanAnimate2DistilledBlocks,
        WanAnimate2DistilledModularPipeline,
        WanAnimate2Transformer3DModel,
    )
    from transformers import CLIPVisionConfig, CLIPVisionModel

    pipe = WanAnimate2DistilledModularPipeline(blocks=WanAnimate2DistilledBlocks())
    pipe.update_components(
        text_encoder=_umt5(), tokenizer=tokenizer(), vae=_vae(), scheduler=FlowMatchEulerDiscreteScheduler(shift=5.0),
        transformer=WanAnimate2Transformer3DModel(
            dim=48, ffn_dim=32, freq_dim=32, text_dim=16, num_heads=2, num_layers=1, text_len=WORDS
        ),
        image_encoder=CLIPVisionModel(
            CLIPVisionConfig(  # of the width that the transformer is fixed on
                hidden_size=1280, intermediate_size=16, num_hidden_layers=2, num_attention_heads=2, image_size=224,
                patch_size=112,
            )
        ),
    )  # fmt: skip
    return pipe


def flux2_klein() -> Any:
    from diffusers import (
        AutoencoderKLFlux2,
        FlowMatchEulerDiscreteScheduler,
        Flux2KleinPipeline,
        Flux2Transformer2DModel,
    )
    from transformers import Qwen3Config, Qwen3ForCausalLM

    encoder = Qwen3Config(
        vocab_size=128, hidden_size=8, intermediate_size=8, num_hidden_layers=28, num_attention_heads=2,
        num_key_value_heads=2, head_dim=4, max_position_embeddings=WORDS,
    )  # fmt: skip
    return Flux2KleinPipeline(
        tokenizer=tokenizer(chat=True), text_encoder=Qwen3ForCausalLM(encoder), is_distilled=True,
        scheduler=FlowMatchEulerDiscreteScheduler(),
        vae=AutoencoderKLFlux2(
            block_out_channels=(4, 4, 4, 4), down_block_types=("DownEncoderBlock2D",) * 4,
            up_block_types=("UpDecoderBlock2D",) * 4, layers_per_block=1, latent_channels=4, norm_num_groups=2,
            sample_size=64,
        ),
        transformer=Flux2Transformer2DModel(
            in_channels=16, num_layers=1, num_single_layers=1, attention_head_dim=16, num_attention_heads=2,
            joint_attention_dim=24, timestep_guidance_channels=8, axes_dims_rope=(4, 4, 4, 4),
        ),
    )  # fmt: skip


MAKERS: dict[str, Callable[[], Any]] = {
    "Flux2KleinPipeline": flux2_klein,
    "WanAnimate2DistilledModularPipeline": wan_animate_2,
    "WanImageToVideoPipeline": wan_image_to_video,
    "WanVACEPipeline": wan_vace,
}


def saved(pipeline: str, folder: Path) -> Path:
    """The folder with one of `MAKERS`, made there unless it is: the same weights every time."""
    import torch

    path = folder / pipeline
    if not path.is_dir():
        torch.manual_seed(7)
        MAKERS[pipeline]().save_pretrained(str(path))
    return path
