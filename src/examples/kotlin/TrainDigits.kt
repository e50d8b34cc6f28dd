import io.retrograd.backend.Backends
import io.retrograd.data.Digits
import io.retrograd.layer.Dropout
import io.retrograd.layer.Flatten
import io.retrograd.layer.Linear
import io.retrograd.layer.Relu
import io.retrograd.layer.Sequential
import io.retrograd.loss.CrossEntropy
import io.retrograd.optim.Adam
import io.retrograd.tensor.Shape
import io.retrograd.train.Model
import io.retrograd.train.Trainer

/** Trains a network on handwritten digits. */
fun main() {
    val digits = Digits.load()
    val network = Sequential(Flatten(), Linear(64), Relu(), Dropout(0.1), Linear(10))
    Backends.open("auto").use { backend ->
        Model.create(network, Shape.of(1, 8, 8), backend, 1).use { model ->
            val trainer = Trainer(model, CrossEntropy(), Adam(3e-3)).epochs(5)
            trainer.fit(digits)
            println("accuracy %.3f".format(trainer.evaluate(digits).accuracy()))
        }
    }
}
