// Sets the native library of TensorFlow up: node --conditions=@switchyard/source packages/tensorflow/src/native/set-up.ts [FOLDER]
//
// Says on stdout what it does, a line at a time; ends with 0 where the library is there. Nothing is lost by killing it.
import { libraryFolder } from './native-library.ts';
import { provideLibrary } from './provide.ts';
import { endRunning } from './process.ts';

const stop = (): never => {
  endRunning();
  process.exit(1);
};
process.on('SIGTERM', stop);
process.on('SIGINT', stop);
process.on('disconnect', stop); // whoever started us is gone
process.channel?.unref();

const [folder = libraryFolder()] = process.argv.slice(2);
try {
  const { source } = await provideLibrary({ folder, say: (line) => console.log(line) });
  console.log(`ready: TensorFlow from ${source}, in ${folder}`);
} catch (error) {
  console.log(`no native library: ${(error as Error).message}`);
  process.exitCode = 1;
}
