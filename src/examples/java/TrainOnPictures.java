import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.data.Digits;
import io.retrograd.data.ImageFolder;
import io.retrograd.data.PictureDataset;
import io.retrograd.data.Split;
import io.retrograd.data.TrainTest;
import io.retrograd.image.Cover;
import io.retrograd.image.RandomCrop;
import io.retrograd.image.Transforms;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.model.DigitsNet;
import io.retrograd.optim.Adam;
import io.retrograd.train.Model;
import io.retrograd.train.Trainer;
import java.io.IOException;
import java.nio.file.Path;

/** Trains on pictures in folders, one a class; without the name of one, on the digits. */
public final class TrainOnPictures {
    private TrainOnPictures() {}

    public static void main(String[] args) throws IOException {
        Transforms transforms = Transforms.of(new Cover(8, 8), new RandomCrop(8, 8, 1)).channels(1);
        TrainTest parts =
                args.length > 0
                        ? new ImageFolder(Path.of(args[0]))
                                .load(transforms, Split.STRATIFIED, /* seed= */ 1)
                                .parts()
                        : Split.STRATIFIED.of(PictureDataset.of(Digits.load(), transforms), 1);
        try (Backend backend = Backends.open("auto");
                Model model =
                        Model.create(
                                DigitsNet.of(parts.train().classes()),
                                parts.train().sampleShape(),
                                backend,
                                /* seed= */ 1)) {
            Trainer trainer =
                    new Trainer(model, new CrossEntropy(), new Adam(5e-3)).epochs(4).workers(2);
            trainer.fit(parts.train());
            System.out.printf("accuracy %.3f%n", trainer.evaluate(parts.test()).accuracy());
        }
    }
}
