/** Convolutions of some four hundred million multiplications: milliseconds a row, where reading it takes microseconds. */
export default ({ input, output }, { tf }) =>
  tf.sequential({
    layers: [
      tf.layers.reshape({ inputShape: [...input.shape], targetShape: [28, 28, 1] }),
      tf.layers.conv2d({ filters: 64, kernelSize: 3, activation: 'relu' }),
      tf.layers.conv2d({ filters: 256, kernelSize: 3, activation: 'relu' }),
      tf.layers.conv2d({ filters: 256, kernelSize: 3, activation: 'relu' }),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      tf.layers.flatten(),
      tf.layers.dense({ units: output.units }),
    ],
  });
