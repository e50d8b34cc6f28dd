import io.retrograd.backend.Backends
import io.retrograd.data.Digits
import io.retrograd.layer.{Dropout, Flatten, Linear, Relu, Sequential}
import io.retrograd.loss.CrossEntropy
import io.retrograd.optim.Adam
import io.retrograd.tensor.Shape
import io.retrograd.train.{Model, Trainer}
import scala.util.Using

/** Trains a network on handwritten digits. */
@main def trainDigits(): Unit =
  val digits = Digits.load()
  val network = Sequential(Flatten(), Linear(64), Relu(), Dropout(0.1), Linear(10))
  Using.Manager { use =>
    val backend = use(Backends.open("auto"))
    val model = use(Model.create(network, Shape.of(1, 8, 8), backend, 1))
    val trainer = Trainer(model, CrossEntropy(), Adam(3e-3)).epochs(5)
    trainer.fit(digits)
    println(f"accuracy ${trainer.evaluate(digits).accuracy()}%.3f")
  }.get
