package io.retrograd.image;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** A step between a picture's file and a network; a value that {@link Transforms} hold in order. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "transform")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Resize.class, name = "resize"),
    @JsonSubTypes.Type(value = ResizeShorter.class, name = "resize-shorter"),
    @JsonSubTypes.Type(value = Cover.class, name = "cover"),
    @JsonSubTypes.Type(value = CenterCrop.class, name = "center-crop"),
    @JsonSubTypes.Type(value = RandomCrop.class, name = "random-crop"),
    @JsonSubTypes.Type(value = RandomResizedCrop.class, name = "random-resized-crop"),
    @JsonSubTypes.Type(value = RandomFlip.class, name = "random-flip"),
    @JsonSubTypes.Type(value = ColorJitter.class, name = "color-jitter"),
    @JsonSubTypes.Type(value = Cutout.class, name = "cutout"),
    @JsonSubTypes.Type(value = Normalize.class, name = "normalize"),
    @JsonSubTypes.Type(value = Mixup.class, name = "mixup")
})
public sealed interface Transform permits PictureTransform, Normalize, Mixup {}
